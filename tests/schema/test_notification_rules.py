"""Rules of what is told to whom, as clients say them."""

import pytest

from schema.fields.ids import to_global_id
from seeds.cast import ANN, IDA, LEA, TOM, Groups, Licenses, named

SET = """mutation($input: NotificationRuleSetInput!) { notificationRuleSet(input: $input) {
    notificationRule { event enabled channels offsets group { name } user { name } }
    changes { action } errors { code path }
} }"""
REMOVE = """mutation($input: NotificationRuleRemoveInput!) { notificationRuleRemove(input: $input) {
    changes { action } errors { code path }
} }"""
RULES = "{ viewer { notificationRules { nodes { id event enabled channels user { name } } } } }"


@pytest.fixture
def say(execute):
    """`await say(TOM, event="LICENSE_EXPIRED", enabled=False)` gives the payload."""

    async def said(account, key="1", document=SET, **given):
        answer = await execute(account, document, input={"idempotencyKey": key, **given})
        assert answer.errors == []
        (payload,) = answer.data.values()
        return payload

    return said


@pytest.mark.feature("F18")
async def test_a_person_says_what_he_is_told_reads_it_and_takes_it_back(execute, say):
    said = await say(TOM, event="LICENSE_EXPIRED", enabled=False, channels=["EMAIL"])

    assert said == {
        "notificationRule": {
            "event": "LICENSE_EXPIRED", "enabled": False, "channels": ["EMAIL"], "offsets": [], "group": None,
            "user": {"name": "Tom Tanner"},
        },
        "changes": [{"action": "notification_rule.set"}],
        "errors": [],
    }  # fmt: skip
    assert await say(TOM, event="LICENSE_EXPIRED", enabled=False, channels=["EMAIL"]) == said  # a repeat
    rules = (await execute(TOM, RULES)).data["viewer"]["notificationRules"]["nodes"]
    (mine,) = [each["id"] for each in rules if each["event"] == "LICENSE_EXPIRED"]

    removed = await say(TOM, "2", REMOVE, notificationRuleId=mine)

    assert removed == {"changes": [{"action": "notification_rule.removed"}], "errors": []}
    rules = (await execute(TOM, RULES)).data["viewer"]["notificationRules"]["nodes"]
    assert "LICENSE_EXPIRED" not in {each["event"] for each in rules}


@pytest.mark.feature("F18")
async def test_an_administrator_says_it_for_a_group_and_the_vendor_for_everybody(say):
    group = await say(ANN, event="LICENSE_EXPIRING", groupId=to_global_id("Group", Groups.BERLIN), offsets=[60, 14])
    everybody = await say(IDA, event="LICENSE_EXPIRED", everywhere=True, enabled=False)

    assert group["notificationRule"]["group"] == {"name": "Acme Berlin"}
    assert group["notificationRule"]["offsets"] == [60, 14]
    assert (everybody["notificationRule"]["group"], everybody["notificationRule"]["user"]) == (None, None)


async def test_a_dry_run_changes_no_rule(execute, say):
    before = (await execute(TOM, RULES)).data
    tried = await say(TOM, event="LICENSE_EXPIRED", enabled=False, dryRun=True)

    assert tried["changes"] == [{"action": "notification_rule.set"}]
    assert (tried["notificationRule"], (await execute(TOM, RULES)).data) == (None, before)


async def test_wrong_and_foreign_ids_are_data(execute, say):
    def first(payload):
        ((error,), changes) = payload["errors"], payload["changes"]
        assert changes == []
        return error["code"], error["path"]

    wrong = to_global_id("License", Licenses.TOM_CAD)
    assert first(await say(ANN, "1", event="LICENSE_EXPIRED", groupId=wrong)) == (
        "BAD_USER_INPUT",
        ["input", "groupId"],
    )
    foreign = to_global_id("Group", Groups.BOLT)
    assert first(await say(ANN, "2", event="LICENSE_EXPIRED", groupId=foreign))[0] == "NOT_FOUND"
    hidden = to_global_id("Group", Groups.BERLIN)
    assert first(await say(LEA, "3", event="LICENSE_EXPIRED", groupId=hidden))[0] == "NOT_FOUND"
    assert first(await say(ANN, "4", event="LICENSE_EXPIRED", everywhere=True))[0] == "FORBIDDEN"
    assert first(await say(TOM, "5", event="LICENSE_EXPIRED", channels=["WEBHOOK"]))[0] == "BAD_USER_INPUT"
    toms = to_global_id("NotificationRule", named("rule", "Tom"))
    assert first(await say(ANN, "6", REMOVE, notificationRuleId=toms))[0] == "NOT_FOUND"
    answer = await execute(TOM, SET, input={"idempotencyKey": "7", "event": "EVERYTHING"})
    assert answer.data is None
    assert len(answer.errors) == 1
