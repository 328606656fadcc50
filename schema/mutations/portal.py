"""What the vendor may do with the portal itself."""

from resolvers import portal
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import takes, text, value
from store.portal import Edition, Instance, Portal

_NOW = "The portal as it is now."

CHANGES = (
    declare(
        portal.set_edition,
        "Change the edition; what is there stays, and only new things need what the edition no longer includes.",
        takes("Which edition.", edition=value("What the vendor has bought.", Edition)),
        gives("What became of the edition.", portal=shown(Portal, _NOW)),
    ),
    declare(
        portal.set_instance,
        "Say what this portal is for; an instance for tests needs an edition that includes it.",
        takes("Which instance it is.", instance=value("What it is for.", Instance)),
        gives("What became of the instance.", portal=shown(Portal, _NOW)),
    ),
    declare(
        portal.set_switches,
        "Turn the switches of the whole portal.",
        takes(
            "Which switches are on; what is left out stays.",
            members_may_activate=value(
                "Whether members activate public licenses of their groups into their own containers.",
                bool,
                optional=True,
            ),
            strict_shared_containers=value(
                "Whether the container of somebody who is in several customers' groups is reset only with his consent.",
                bool,
                optional=True,
            ),
            support_may_decide=value(
                "Whether the vendor's support staff decide about restores and unexpected containers.",
                bool,
                optional=True,
            ),
        ),
        gives("What became of the switches.", portal=shown(Portal, _NOW)),
    ),
    declare(
        portal.rename_portal,
        "Call the portal something else.",
        takes("Its name.", name=text("What it is called; 1 to 200 characters.", shortest=1, longest=200)),
        gives("What became of the name.", portal=shown(Portal, _NOW)),
    ),
)
