"""Months of random life in the demo world: accounts do what they may and what they may not, and the house stays in order."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import fields
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from authz.gate.access import Access
from authz.gate.results import OneTime
from authz.lists.queries import PageQuery, Projection
from authz.verify.load_world import load_world
from jobs.jobs import JobContext, catch_up
from seeds.cast import ANN, CAST, IDA, PIA, Tickets
from store import audit
from store.activations import Activation, LicenseFile
from store.audit import AuditEntry, Outcome
from store.container_files import CounterMismatch
from store.db.base import Base
from store.db.clock import ManualClock
from store.db.database import Database
from store.db.registry import RESOURCES
from store.errors import Refusal
from store.groups import Invitation
from store.licenses import License
from store.users import User
from tests.lifecycle.choosing import Surroundings
from tests.lifecycle.conftest import TOKENS_LAST
from tests.lifecycle.invariants import EVERYTHING
from tests.lifecycle.machines import Machines
from tests.lifecycle.steps import ANSWERED, BEGINNING, JUMPS, OFTEN, STEPS
from tests.portal import NOW, RecordingAnnouncer, issue_token, services

ACCOUNTS = (*CAST, PIA)
WHO = st.sampled_from((*(IDA,) * 8, *(ANN,) * 8, *(PIA,) * 2, *CAST))
WHAT = st.sampled_from((*sorted(STEPS), *OFTEN, *(["clock"] * 4)))
PICK = st.integers(0, 999)


class Cycle(RuleBasedStateMachine):
    """The demo world, lived in."""

    def __init__(self, url, queries, keys, counts):
        super().__init__()
        self.counts = counts
        self.runner = asyncio.Runner()
        self.database = Database(url, pool_size=2)
        self.clock = ManualClock(NOW)
        self.portal = services(self.database, queries, self.clock, RecordingAnnouncer(), keys)
        self.place = JobContext(self.database, self.clock, self.portal.announcer)
        self.around = Surroundings(self.clock, Machines(self.runner.run(self.portal.external.central.jwks())))
        self.tokens = {}
        self.runner.run(self._begin())

    async def _begin(self):
        async with self.database.transaction() as session:
            for cls in RESOURCES:
                if "id" in cls.__table__.c and cls is not AuditEntry:
                    self.around.add(cls.__name__, list(await session.scalars(sa.select(cls.id).order_by(cls.id))))
            self.around.add("code", [Tickets.FRESH_CODE])
        for account in ACCOUNTS:
            self.tokens[account] = await issue_token(self.database, account, lifetime=TOKENS_LAST)
        self.last = await self._numbers()
        for name, number in BEGINNING:
            case, told = STEPS[name]
            await self._act(name, case, ANN, told(self.around, number, number, number))

    async def _numbers(self):
        async with self.database.transaction() as session:
            return await session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0

    @rule(name=WHAT, who=WHO, a=PICK, b=PICK, c=PICK)
    def act(self, name, who, a, b, c):
        if name == "clock":
            self._time_goes_on(JUMPS[a % len(JUMPS)])
            return
        case, step = STEPS[name]
        told = step(self.around, a, b, c)
        if name in ANSWERED and c % 2:
            who = self.runner.run(self._invited(told["invitation_id"])) or who
        self.runner.run(self._act(name, case, who, told))

    async def _invited(self, invitation_id):
        async with self.database.transaction() as session:
            address = await session.scalar(sa.select(Invitation.email).where(Invitation.id == invitation_id))
        return next((each for each in self.tokens if each.email == address), None)

    async def _act(self, name, case, who, told):
        access = Access(self.portal, self.tokens[who], "cycle")
        try:
            answer, code = await case(access, **told), None
        except Refusal as refusal:
            answer, code = None, refusal.code
        self.counts[name, code or "DONE"] += 1
        async with self.database.transaction() as session:
            new = sa.select(AuditEntry).where(AuditEntry.number > self.last).order_by(AuditEntry.number)
            entries = list(await session.scalars(new))
        self.last = entries[-1].number if entries else self.last
        refused = [each.code for each in entries if each.outcome is Outcome.REFUSED]
        if code is not None:
            assert refused == [code], (name, code, refused)
            if code == CounterMismatch.code and "container_id" in told:
                self.around.add(("surprise", "Container"), [told["container_id"]])
            return
        done = [each.action for each in entries if each.outcome is Outcome.DONE]
        assert refused == []
        assert done == [each["action"] for each in answer.changes], (name, done)
        assert done, f"{name} has left no trace"
        await self._learn(name, *learned(answer))

    async def _learn(self, name, ids, told):
        """What has become known by a step, to whoever comes next."""
        for kind, news in ids.items():
            self.around.add(kind, news)
            self.around.add((name, kind), news)
        self.around.add("code", [told["code"]] if "code" in told else ())
        if name == "register":
            self.around.machines.stands(ids["Container"][0])
        if "LicenseFile" in ids or told.get("license_file"):
            await self._post()

    async def _post(self):
        """The newest file goes to where it is meant for."""
        newest = (
            sa.select(Activation.container_id, Activation.id, LicenseFile.content)
            .join(Activation, Activation.id == LicenseFile.activation_id)
            .order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc())
            .limit(1)
        )
        async with self.database.transaction() as session:
            self.around.machines.post(*(await session.execute(newest)).one())

    def _time_goes_on(self, by):
        self.clock.advance(by)
        acts = self.runner.run(catch_up(self.place))
        self.counts["worker", "DONE"] += acts
        self.counts["clock", "DONE"] += 1
        self.last = self.runner.run(self._numbers())

    @invariant()
    def stands(self):
        self.runner.run(self._stand())

    async def _stand(self):
        async with self.database.transaction() as session:
            assert (await session.execute(sa.text(EVERYTHING))).all() == []

    def teardown(self):
        try:
            self.runner.run(self._end())
        finally:
            self.runner.run(self.database.close())
            self.runner.close()

    async def _end(self):
        async with self.database.transaction() as session:
            assert (await audit.verify(session))[1] is None
        async with self.database.transaction() as session:
            world = await load_world(session)
            session.expunge_all()
        who = ACCOUNTS[self.last % len(ACCOUNTS)]
        access = Access(self.portal, self.tokens[who], "cycle")
        page = await access.view.page(License, PageQuery(first=10_000), Projection())
        await access.close()
        account = next(each for each in world[User] if each.id == who.id)
        may = self.portal.policy.check(License, "read")
        assert {each.id for each in page.rows} == {each.id for each in world[License] if may(account, each)}


def learned(done):
    """The ids of the rows that a use case has recorded or returned, by class, and the secrets in its result."""
    ids, secrets = defaultdict(list), {}
    for each in done.changes:
        ids[each["type"]].append(UUID(each["id"]))
    for each in fields(done.result) if done.result else ():
        value = getattr(done.result, each.name)
        if isinstance(value, OneTime):
            secrets[each.name] = value.value
        rows = value if isinstance(value, list | tuple) else [value]
        for row in (row for row in rows if isinstance(row, Base)):
            ids[type(row).__name__].append(row.id)
    return {kind: list(dict.fromkeys(known)) for kind, known in ids.items()}, secrets


def test_the_house_stays_in_order_whatever_is_tried(new_demo, queries, tmp_path, extent):
    counts, made = Counter(), []

    def fresh():
        if made:
            new_demo.drop(made.pop())
        made.append(new_demo())
        return Cycle(made[-1], queries, tmp_path / "keys", counts)

    try:
        run_state_machine_as_test(fresh, settings=extent)
    finally:  # also of a run that is broken off
        outcomes = told(counts)
    assert outcomes.total() >= extent.max_examples * extent.stateful_step_count
    assert outcomes["DONE"] >= outcomes.total() / 10


def told(counts):
    """Print what was done and what became of it; gives the steps by outcome."""
    outcomes = Counter()
    acts = counts.pop(("worker", "DONE"), 0)
    for (name, outcome), number in counts.items():
        outcomes["CLOCK" if name == "clock" else outcome] += number
    print(f"\n{outcomes.total()} steps, {acts} acts of the worker: {dict(outcomes.most_common())}")
    for name in STEPS:
        print(f"  {name}: { {outcome: n for (step, outcome), n in counts.items() if step == name} }")
    return outcomes
