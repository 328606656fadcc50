"""The texts of emails by kind and language; English where there is no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType

from store.notifications import NotificationEvent
from store.outgoing_mail import MailKind, OutgoingMail


@dataclass(frozen=True, slots=True)
class MailText:
    """The subject and text of an email, with the placeholders `portal`, `about`, `secret` and `until`."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Language:
    until: str
    no_end: str
    kinds: Mapping[MailKind, MailText]
    notification: str
    events: Mapping[NotificationEvent, str]


_ENGLISH = _Language(
    until="%d %B %Y, %H:%M UTC",
    no_end="further notice",
    kinds={
        MailKind.CONFIRMATION: MailText(
            "{portal}: confirm your email address",
            "Someone, probably you, has registered this email address at {portal}.\n\n"
            "To confirm it, use this token before {until}:\n\n    {secret}\n\n"
            "If it was not you, ignore this email: without the token, no one can use the address.\n",
        ),
        MailKind.ALREADY_REGISTERED: MailText(
            "{portal}: you already have an account",
            "Someone, probably you, tried to register this email address at {portal}.\n\n"
            "You already have an account with this address, and nothing was changed. Please log in with it.\n",
        ),
        MailKind.INVITATION: MailText(
            "{portal}: invitation to {about}",
            'You have been invited to join "{about}" at {portal}.\n\n'
            "If you have an account, log in to see the invitation. If not, join with this token before {until}:\n\n"
            "    {secret}\n",
        ),
    },
    notification="{news}\n\nLog in at {portal} for details, and to choose your notifications.\n",
    events={
        NotificationEvent.INVITATION: "You have been invited to {about}",
        NotificationEvent.LICENSE_ASSIGNED: "A license for {about} was assigned",
        NotificationEvent.LICENSE_UNASSIGNED: "The assignment of a license for {about} was removed",
        NotificationEvent.LICENSE_EXPIRING: "A license for {about} expires soon",
        NotificationEvent.LICENSE_EXPIRED: "A license for {about} has expired",
        NotificationEvent.LICENSE_ACTIVATED: "A license for {about} was activated",
        NotificationEvent.LICENSE_DEACTIVATED: "A license for {about} was deactivated",
        NotificationEvent.EXCESSIVE_RECOVERY: "A license for {about} is restored unusually often",
        NotificationEvent.CONTAINER_RESET: "A container with a license for {about} was reset, or its reset was requested",
    },
)
_GERMAN = _Language(
    until="%d.%m.%Y, %H:%M UTC",
    no_end="auf Weiteres",
    kinds={
        MailKind.CONFIRMATION: MailText(
            "{portal}: Bestätigen Sie Ihre E-Mail-Adresse",
            "Jemand, vermutlich Sie selbst, hat diese E-Mail-Adresse bei {portal} registriert.\n\n"
            "Bestätigen Sie sie mit diesem Token, gültig bis {until}:\n\n    {secret}\n\n"
            "Wenn Sie es nicht waren, ignorieren Sie diese E-Mail: Ohne das Token kann niemand die Adresse verwenden.\n",
        ),
        MailKind.ALREADY_REGISTERED: MailText(
            "{portal}: Sie haben bereits ein Konto",
            "Jemand, vermutlich Sie selbst, wollte diese E-Mail-Adresse bei {portal} registrieren.\n\n"
            "Mit dieser Adresse besteht bereits ein Konto, und es wurde nichts geändert. Bitte melden Sie sich damit an.\n",
        ),
        MailKind.INVITATION: MailText(
            "{portal}: Einladung zu {about}",
            "Sie wurden bei {portal} eingeladen, „{about}“ beizutreten.\n\n"
            "Wenn Sie ein Konto haben, melden Sie sich an, um die Einladung zu sehen. Wenn nicht, treten Sie mit diesem Token"
            " bei, gültig bis {until}:\n\n    {secret}\n",
        ),
    },
    notification="{news}\n\nMelden Sie sich bei {portal} an, um mehr zu erfahren und Ihre Benachrichtigungen zu wählen.\n",
    events={
        NotificationEvent.INVITATION: "Sie wurden zu {about} eingeladen",
        NotificationEvent.LICENSE_ASSIGNED: "Eine Lizenz für {about} wurde zugewiesen",
        NotificationEvent.LICENSE_UNASSIGNED: "Die Zuweisung einer Lizenz für {about} wurde aufgehoben",
        NotificationEvent.LICENSE_EXPIRING: "Eine Lizenz für {about} läuft bald ab",
        NotificationEvent.LICENSE_EXPIRED: "Eine Lizenz für {about} ist abgelaufen",
        NotificationEvent.LICENSE_ACTIVATED: "Eine Lizenz für {about} wurde aktiviert",
        NotificationEvent.LICENSE_DEACTIVATED: "Eine Lizenz für {about} wurde deaktiviert",
        NotificationEvent.EXCESSIVE_RECOVERY: "Eine Lizenz für {about} wird ungewöhnlich oft wiederhergestellt",
        NotificationEvent.CONTAINER_RESET: (
            "Ein Container mit einer Lizenz für {about} wurde zurückgesetzt, oder es wurde beantragt"
        ),
    },
)
LANGUAGES: Mapping[str, _Language] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN})


def mail_text(mail: OutgoingMail, *, portal: str, about: str) -> MailText:
    """The subject and text of an email; names chosen by users are inserted as they are, never interpreted as templates."""
    language = LANGUAGES.get(mail.locale.partition("-")[0], _ENGLISH)
    until = language.no_end if mail.expires_at is None else mail.expires_at.astimezone(UTC).strftime(language.until)
    values = {"portal": portal, "about": about, "secret": mail.secret or "-", "until": until}
    if mail.event is None:
        template = language.kinds[mail.kind]
        return MailText(template.subject.format(**values), template.text.format(**values))
    news = language.events[mail.event].format(**values)
    return MailText(f"{portal}: {news}", language.notification.format(portal=portal, news=f"{news}."))
