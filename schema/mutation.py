"""What clients may do: the mutations of all nouns under one roof."""

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

# Named noun first, so that what belongs together stands together.
_FIELDS: dict[str, Any] = {
    each.name: each.field
    for noun in (
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
    for each in sorted(noun.CHANGES, key=lambda each: each.name)
}

Mutation = strawberry.type(
    type("Mutation", (), {"__module__": __name__, **_FIELDS}),
    description="What clients may do. A refusal is data in `errors`; what has changed is read anew.",
)
