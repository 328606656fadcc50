"""Mutations of the portal's own settings."""

from resolvers import portal
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import takes, text, value
from store.portal import Edition, Instance

_CHANGED = "The portal as it is now; null if the mutation failed."

CHANGES = (
    declare(
        portal.set_edition,
        "Changes the edition. Existing data stays; only new things are refused where the edition does not include them.",
        takes(
            "What `portalSetEdition` needs: the edition.",
            edition=value("The edition that the vendor has bought.", Edition),
        ),
        gives("What `portalSetEdition` returns.", portal=_CHANGED),
    ),
    declare(
        portal.set_instance,
        "Sets what this portal is used for; an instance for tests needs an edition that includes it.",
        takes(
            "What `portalSetInstance` needs: the instance.", instance=value("What the portal is used for.", Instance)
        ),
        gives("What `portalSetInstance` returns.", portal=_CHANGED),
    ),
    declare(
        portal.set_switches,
        "Turns switches of the whole portal on or off.",
        takes(
            "What `portalSetSwitches` needs: the switches to change; those that are null stay as they are.",
            members_may_activate=value(
                "Whether members activate public licenses of their groups in their own containers.", bool, optional=True
            ),
            strict_shared_containers=value(
                "Whether a reset of a container whose owner belongs to several customers needs the owner's consent.",
                bool,
                optional=True,
            ),
            support_may_decide=value(
                "Whether the vendor's support staff decide about restores and unexpected containers.",
                bool,
                optional=True,
            ),
        ),
        gives("What `portalSetSwitches` returns.", portal=_CHANGED),
    ),
    declare(
        portal.rename_portal,
        "Renames the portal.",
        takes(
            "What `portalRename` needs: the new name.",
            name=text("The name that users see, 1 to 200 characters.", shortest=1, longest=200),
        ),
        gives("What `portalRename` returns.", portal=_CHANGED),
    ),
)
