"""The words of letters: what each kind says, in each language that there is; English where there is no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType

from store.notifications import NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail


@dataclass(frozen=True, slots=True)
class MailText:
    """What a letter says; `about`, `secret` and `until` stand for its own, `portal` for whoever writes it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Language:
    until: str
    no_end: str
    kinds: Mapping[MailKind, MailText]
    notice: str
    notices: Mapping[NotificationEvent, str]


_ENGLISH = _Language(
    until="%d %B %Y, %H:%M UTC",
    no_end="further notice",
    kinds={
        MailKind.CONFIRMATION: MailText(
            "{portal}: confirm your address",
            "Somebody, probably you, has opened an account for this address at {portal}.\n\n"
            "Confirm it with this token, until {until}:\n\n    {secret}\n\n"
            "If it was not you, do nothing: without the token nothing comes of it.\n",
        ),
        MailKind.ALREADY_REGISTERED: MailText(
            "{portal}: you have an account already",
            "Somebody, probably you, wanted to open an account for this address at {portal}.\n\n"
            "There is one already, and nothing was changed: log in with it.\n",
        ),
        MailKind.INVITATION: MailText(
            "{portal}: you are invited to {about}",
            'You are invited to join "{about}" at {portal}.\n\n'
            "If you have an account, log in: the invitation is there. If you have none, join with this token, until {until}:\n\n"
            "    {secret}\n",
        ),
    },
    notice="{news}\n\nYou find more at {portal}, where you can also choose what you are told.\n",
    notices={
        NotificationEvent.INVITATION: "You are invited to {about}",
        NotificationEvent.LICENSE_ASSIGNED: "A license of {about} was assigned",
        NotificationEvent.LICENSE_UNASSIGNED: "A license of {about} was taken back",
        NotificationEvent.LICENSE_EXPIRING: "A license of {about} ends soon",
        NotificationEvent.LICENSE_EXPIRED: "A license of {about} has ended",
        NotificationEvent.LICENSE_ACTIVATED: "A license of {about} was activated",
        NotificationEvent.LICENSE_DEACTIVATED: "A license of {about} was deactivated",
        NotificationEvent.EXCESSIVE_RECOVERY: "A license of {about} is restored too often",
        NotificationEvent.CONTAINER_RESET: "A container that holds a license of {about} was reset, or is to be",
    },
)
_GERMAN = _Language(
    until="%d.%m.%Y, %H:%M UTC",
    no_end="auf Weiteres",
    kinds={
        MailKind.CONFIRMATION: MailText(
            "{portal}: Bestätigen Sie Ihre Adresse",
            "Jemand, vermutlich Sie selbst, hat für diese Adresse ein Konto bei {portal} eröffnet.\n\n"
            "Bestätigen Sie es mit diesem Token, gültig bis {until}:\n\n    {secret}\n\n"
            "Wenn Sie es nicht waren, ist nichts zu tun: Ohne das Token wird nichts daraus.\n",
        ),
        MailKind.ALREADY_REGISTERED: MailText(
            "{portal}: Sie haben bereits ein Konto",
            "Jemand, vermutlich Sie selbst, wollte für diese Adresse ein Konto bei {portal} eröffnen.\n\n"
            "Es gibt bereits eines, und nichts wurde geändert: Melden Sie sich damit an.\n",
        ),
        MailKind.INVITATION: MailText(
            "{portal}: Einladung zu {about}",
            "Sie sind bei {portal} eingeladen, „{about}“ beizutreten.\n\n"
            "Mit einem Konto melden Sie sich an, die Einladung liegt dort bereit. Ohne Konto treten Sie mit diesem Token bei,"
            " gültig bis {until}:\n\n    {secret}\n",
        ),
    },
    notice="{news}\n\nMehr dazu steht bei {portal}; dort wählen Sie auch, was Ihnen mitgeteilt wird.\n",
    notices={
        NotificationEvent.INVITATION: "Sie sind zu {about} eingeladen",
        NotificationEvent.LICENSE_ASSIGNED: "Eine Lizenz von {about} wurde zugewiesen",
        NotificationEvent.LICENSE_UNASSIGNED: "Eine Lizenz von {about} wurde zurückgenommen",
        NotificationEvent.LICENSE_EXPIRING: "Eine Lizenz von {about} endet bald",
        NotificationEvent.LICENSE_EXPIRED: "Eine Lizenz von {about} ist abgelaufen",
        NotificationEvent.LICENSE_ACTIVATED: "Eine Lizenz von {about} wurde aktiviert",
        NotificationEvent.LICENSE_DEACTIVATED: "Eine Lizenz von {about} wurde deaktiviert",
        NotificationEvent.EXCESSIVE_RECOVERY: "Eine Lizenz von {about} wird zu oft wiederhergestellt",
        NotificationEvent.CONTAINER_RESET: "Ein Container mit einer Lizenz von {about} wurde zurückgesetzt, oder soll es werden",
    },
)
LANGUAGES: Mapping[str, _Language] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN})


def mail_text(letter: OutgoingMail, *, portal: str, about: str) -> MailText:
    """Subject and text of a letter; what strangers have named is put in as it stands, and never read as a pattern."""
    language = LANGUAGES.get(letter.locale.partition("-")[0], _ENGLISH)
    until = language.no_end if letter.expires_at is None else letter.expires_at.astimezone(UTC).strftime(language.until)
    named = {"portal": portal, "about": about, "secret": letter.secret or "-", "until": until}
    if letter.event is None:
        wording = language.kinds[letter.kind]
        return MailText(wording.subject.format(**named), wording.text.format(**named))
    news = language.notices[letter.event].format(**named)
    return MailText(f"{portal}: {news}", language.notice.format(portal=portal, news=f"{news}."))
