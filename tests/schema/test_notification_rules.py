"""Notification rules through GraphQL."""

import pytest

from schema.fields.ids import to_global_id
from seeds.cast import ANN, IDA, LEA, TOM, Groups, Licenses, named

SET = (
    "notificationRuleSet",
    "notificationRule { event enabled channels offsets group { name } user { name } } changes { action }",
)
REMOVE = "notificationRuleRemove", "changes { action }"
RULES = "{ viewer { notificationRules { nodes { id event enabled channels user { name } } } } }"


@pytest.mark.feature("F18")
async def test_a_person_sets_reads_and_removes_a_rule_of_their_own(execute, mutate):
    arguments = {"event": "LICENSE_EXPIRED", "enabled": False, "channels": ["EMAIL"], "idempotencyKey": "1"}
    payload = await mutate(TOM, *SET, **arguments)

    assert payload == {
        "notificationRule": {
            "event": "LICENSE_EXPIRED",
            "enabled": False,
            "channels": ["EMAIL"],
            "offsets": [],
            "group": None,
            "user": {"name": "Tom Tanner"},
        },
        "changes": [{"action": "notification_rule.set"}],
        "errors": [],
    }
    assert await mutate(TOM, *SET, **arguments) == payload
    rules = (await execute(TOM, RULES)).data["viewer"]["notificationRules"]["nodes"]
    (rule_id,) = [rule["id"] for rule in rules if rule["event"] == "LICENSE_EXPIRED"]

    removed = await mutate(TOM, *REMOVE, notificationRuleId=rule_id)

    assert removed == {"changes": [{"action": "notification_rule.removed"}], "errors": []}
    rules = (await execute(TOM, RULES)).data["viewer"]["notificationRules"]["nodes"]
    assert "LICENSE_EXPIRED" not in {rule["event"] for rule in rules}


@pytest.mark.feature("F18")
async def test_an_administrator_sets_a_rule_for_a_group_and_the_vendor_for_all(mutate):
    group = await mutate(
        ANN, *SET, event="LICENSE_EXPIRING", groupId=to_global_id("Group", Groups.BERLIN), offsets=[60, 14]
    )
    everywhere = await mutate(IDA, *SET, event="LICENSE_EXPIRED", everywhere=True, enabled=False)

    assert group["notificationRule"]["group"] == {"name": "Acme Berlin"}
    assert group["notificationRule"]["offsets"] == [60, 14]
    assert (everywhere["notificationRule"]["group"], everywhere["notificationRule"]["user"]) == (None, None)


async def test_a_dry_run_changes_no_rule(execute, mutate):
    before = (await execute(TOM, RULES)).data
    dry_run = await mutate(TOM, *SET, event="LICENSE_EXPIRED", enabled=False, dryRun=True)

    assert dry_run["changes"] == [{"action": "notification_rule.set"}]
    assert (dry_run["notificationRule"], (await execute(TOM, RULES)).data) == (None, before)


async def test_an_invalid_or_foreign_rule_is_refused(execute, mutate):
    def error_of(payload):
        ((error,), changes) = payload["errors"], payload["changes"]
        assert changes == []
        return error["code"], error["path"]

    license_id = to_global_id("License", Licenses.TOM_CAD)
    assert error_of(await mutate(ANN, *SET, event="LICENSE_EXPIRED", groupId=license_id)) == (
        "BAD_USER_INPUT",
        ["input", "groupId"],
    )
    foreign = to_global_id("Group", Groups.BOLT)
    assert error_of(await mutate(ANN, *SET, event="LICENSE_EXPIRED", groupId=foreign))[0] == "NOT_FOUND"
    hidden = to_global_id("Group", Groups.BERLIN)
    assert error_of(await mutate(LEA, *SET, event="LICENSE_EXPIRED", groupId=hidden))[0] == "NOT_FOUND"
    assert error_of(await mutate(ANN, *SET, event="LICENSE_EXPIRED", everywhere=True))[0] == "FORBIDDEN"
    assert error_of(await mutate(TOM, *SET, event="LICENSE_EXPIRED", channels=["WEBHOOK"]))[0] == "BAD_USER_INPUT"
    toms = to_global_id("NotificationRule", named("rule", "Tom"))
    assert error_of(await mutate(ANN, *REMOVE, notificationRuleId=toms))[0] == "NOT_FOUND"
    document = "mutation($input: NotificationRuleSetInput!) { notificationRuleSet(input: $input) { errors { code } } }"
    answer = await execute(TOM, document, input={"idempotencyKey": "7", "event": "EVERYTHING"})
    assert answer.data is None
    assert len(answer.errors) == 1
