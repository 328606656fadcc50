"""Months of random use of the demo world: accounts try what they may and may not do, and the invariants hold after each step."""

import asyncio
from collections import Counter
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from authz.gate.access import Access
from authz.gate.results import Kind, fields_of
from authz.lists.queries import PageQuery, Projection
from authz.verify.load_world import load_world
from jobs.jobs import JobContext
from seeds.cast import ANN, CAST, IDA, PIA, Tickets
from store import audit
from store.activations import Activation, LicenseFile
from store.audit import AuditEntry, Outcome
from store.container_files import CounterMismatch
from store.db.database import Database
from store.db.registry import RESOURCES
from store.errors import Refusal
from store.invitations import Invitation
from store.licenses import License
from store.users import User
from tests.lifecycle.conftest import TOKEN_LIFETIME
from tests.lifecycle.devices import Devices
from tests.lifecycle.invariants import ALL_VIOLATIONS
from tests.lifecycle.pool import Pool
from tests.lifecycle.steps import CLOCK_ADVANCES, FIRST_STEPS, FOR_INVITEES, FREQUENT, STEPS
from tests.portal import NOW, ManualClock, RecordingAnnouncer, issue_token, run_all_jobs, services

ACCOUNTS = (*CAST, PIA)
ACTORS = st.sampled_from((*(IDA,) * 8, *(ANN,) * 8, *(PIA,) * 2, *CAST))
NAMES = st.sampled_from((*sorted(STEPS), *FREQUENT, *(["clock"] * 4)))
NUMBERS = st.integers(0, 999)


class PortalMachine(RuleBasedStateMachine):
    """A portal with the demo world; a rule is a step of one account, or of the clock and the worker."""

    def __init__(self, url, queries, keys, counts):
        super().__init__()
        self.counts = counts
        self.runner = asyncio.Runner()
        self.database = Database(url, pool_size=2)
        self.clock = ManualClock(NOW)
        self.portal = services(self.database, queries, self.clock, RecordingAnnouncer(), keys)
        self.job_context = JobContext(self.database, self.clock, self.portal.announcer)
        self.pool = Pool(self.clock, Devices(self.runner.run(self.portal.external.central.jwks())))
        self.tokens = {}
        self.runner.run(self._begin())

    async def _begin(self):
        async with self.database.transaction() as session:
            for cls in RESOURCES:
                if "id" in cls.__table__.c and cls is not AuditEntry:
                    self.pool.add(cls.__name__, list(await session.scalars(sa.select(cls.id).order_by(cls.id))))
            self.pool.add("code", [Tickets.FRESH_CODE])
        for account in ACCOUNTS:
            self.tokens[account] = await issue_token(self.database, account, lifetime=TOKEN_LIFETIME)
        self.last_entry = await self._last_entry()
        for name, number in FIRST_STEPS:
            use_case, arguments_of = STEPS[name]
            await self._execute(name, use_case, ANN, arguments_of(self.pool, number, number, number))

    async def _last_entry(self):
        async with self.database.transaction() as session:
            return await session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0

    @rule(name=NAMES, actor=ACTORS, a=NUMBERS, b=NUMBERS, c=NUMBERS)
    def step(self, name, actor, a, b, c):
        if name == "clock":
            self._advance_clock(CLOCK_ADVANCES[a % len(CLOCK_ADVANCES)])
            return
        use_case, arguments_of = STEPS[name]
        arguments = arguments_of(self.pool, a, b, c)
        if name in FOR_INVITEES and c % 2:
            actor = self.runner.run(self._invitee(arguments["invitation_id"])) or actor
        self.runner.run(self._execute(name, use_case, actor, arguments))

    async def _invitee(self, invitation_id):
        async with self.database.transaction() as session:
            email = await session.scalar(sa.select(Invitation.email).where(Invitation.id == invitation_id))
        return next((account for account in self.tokens if account.email == email), None)

    async def _execute(self, name, use_case, actor, arguments):
        """Run a use case; its outcome must be in the audit log, and a refusal must be there alone."""
        access = Access(self.portal, self.tokens[actor], "lifecycle")
        try:
            completed, code = await use_case(access, **arguments), None
        except Refusal as refusal:
            completed, code = None, refusal.code
        self.counts[name, code or "DONE"] += 1
        async with self.database.transaction() as session:
            new = sa.select(AuditEntry).where(AuditEntry.number > self.last_entry).order_by(AuditEntry.number)
            entries = list(await session.scalars(new))
        self.last_entry = entries[-1].number if entries else self.last_entry
        refusals = [entry.code for entry in entries if entry.outcome is Outcome.REFUSED]
        if code is not None:
            assert refusals == [code], (name, code, refusals)
            if code == CounterMismatch.code and "container_id" in arguments:
                self.pool.add(("counter mismatch", "Container"), [arguments["container_id"]])
            return
        actions = [entry.action for entry in entries if entry.outcome is Outcome.DONE]
        assert refusals == []
        assert actions == [change["action"] for change in completed.changes], (name, actions)
        assert actions, f"{name} has no audit entry"
        await self._add_to_pool(name, *ids_and_secrets(completed))

    async def _add_to_pool(self, name, ids_by_kind, secrets):
        for kind, ids in ids_by_kind.items():
            self.pool.add(kind, ids)
            self.pool.add((name, kind), ids)
        self.pool.add("code", [secrets["code"]] if "code" in secrets else ())
        if name == "register":
            self.pool.devices.add_new(ids_by_kind["Container"][0])
        if "LicenseFile" in ids_by_kind or secrets.get("license_file"):
            await self._deliver_newest_file()

    async def _deliver_newest_file(self):
        newest = (
            sa.select(Activation.container_id, Activation.id, LicenseFile.content)
            .join(Activation, Activation.id == LicenseFile.activation_id)
            .order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc())
            .limit(1)
        )
        async with self.database.transaction() as session:
            self.pool.devices.deliver(*(await session.execute(newest)).one())

    def _advance_clock(self, by):
        self.clock.advance(by)
        self.counts["worker", "DONE"] += self.runner.run(run_all_jobs(self.job_context))
        self.counts["clock", "DONE"] += 1
        self.last_entry = self.runner.run(self._last_entry())

    @invariant()
    def no_invariant_is_violated(self):
        self.runner.run(self._check_invariants())

    async def _check_invariants(self):
        async with self.database.transaction() as session:
            assert (await session.execute(sa.text(ALL_VIOLATIONS))).all() == []

    def teardown(self):
        try:
            self.runner.run(self._check_audit_log_and_view())
        finally:
            self.runner.run(self.database.close())
            self.runner.close()

    async def _check_audit_log_and_view(self):
        """The chain of the audit log is intact, and one account lists exactly the licenses that the policy lets it read."""
        async with self.database.transaction() as session:
            assert (await audit.verify(session))[1] is None
        async with self.database.transaction() as session:
            world = await load_world(session)
            session.expunge_all()
        viewer = ACCOUNTS[self.last_entry % len(ACCOUNTS)]
        access = Access(self.portal, self.tokens[viewer], "lifecycle")
        page = await access.view.page(License, PageQuery(first=10_000), Projection())
        await access.close()
        user = next(user for user in world[User] if user.id == viewer.id)
        can_read = self.portal.policy.check(License, "read")
        assert {row.id for row in page.rows} == {row.id for row in world[License] if can_read(user, row)}


def ids_and_secrets(completed):
    """The IDs of the rows that a use case has changed or returned, by class, and the one-time secrets in its result."""
    ids_by_kind, secrets = {}, {}
    for change in completed.changes:
        ids_by_kind.setdefault(change["type"], []).append(UUID(change["id"]))
    for name, field in fields_of(type(completed.result)).items():
        value = getattr(completed.result, name)
        if field.kind is Kind.ONE_TIME and value is not None:
            secrets[name] = value.value
        elif field.kind in (Kind.ROW, Kind.ROWS) and value is not None:
            rows = value if field.kind is Kind.ROWS else [value]
            ids_by_kind.setdefault(field.type.__name__, []).extend(row.id for row in rows)
    return ids_by_kind, secrets


def test_the_invariants_hold_after_every_step(new_demo, queries, tmp_path, run_settings):
    counts, urls = Counter(), []

    def new_machine():
        if urls:
            new_demo.drop(urls.pop())
        urls.append(new_demo())
        return PortalMachine(urls[-1], queries, tmp_path / "keys", counts)

    try:
        run_state_machine_as_test(new_machine, settings=run_settings)
    finally:  # also after a failure
        outcomes = report(counts)
    assert outcomes.total() >= run_settings.max_examples * run_settings.stateful_step_count
    assert outcomes["DONE"] >= outcomes.total() / 10


def report(counts):
    """Print the outcomes of each step; returns the number of steps by outcome."""
    outcomes = Counter()
    actions = counts.pop(("worker", "DONE"), 0)
    for (name, outcome), number in counts.items():
        outcomes["CLOCK" if name == "clock" else outcome] += number
    print(f"\n{outcomes.total()} steps, {actions} actions of the worker: {dict(outcomes.most_common())}")
    for name in STEPS:
        print(f"  {name}: { {outcome: n for (step, outcome), n in counts.items() if step == name} }")
    return outcomes
