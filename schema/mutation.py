"""The root type of mutations, collected from `schema/mutations`."""

from typing import Any

import strawberry

from schema.mutations import (
    accounts,
    activations,
    bulk,
    containers,
    grants,
    groups,
    invitations,
    license_terms,
    licenses,
    memberships,
    notifications,
    orders,
    portal,
    products,
    projects,
    restores,
    sessions,
    technical_users,
    tickets,
)

# By module, so that related mutations are next to each other in the documentation.
_FIELDS: dict[str, Any] = {
    each.name: each.field
    for module in (
        accounts,
        technical_users,
        activations,
        bulk,
        products,
        containers,
        grants,
        groups,
        invitations,
        licenses,
        memberships,
        notifications,
        orders,
        portal,
        projects,
        restores,
        sessions,
        license_terms,
        tickets,
    )
    for each in sorted(module.CHANGES, key=lambda each: each.name)
}

Mutation = strawberry.type(
    type("Mutation", (), {"__module__": __name__, **_FIELDS}),
    description="The mutations. If one is refused, `errors` of its payload says why and nothing is changed. Objects in a payload "
    "are read after the change.",
)
