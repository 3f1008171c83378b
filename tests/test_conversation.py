"""A conversation, door by door."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import pytest

from redactor import Entity, Redactor, Turn
from redactor.exceptions import AudienceError, BlockedError, ConfigError, DetectionError, NotFoundError
from redactor.policy import Policy
from redactor.state import State
from redactor.testing import FakeRecognizer


def test_the_customer_reads_her_own_name_and_the_llm_never_does(redactor: Redactor) -> None:
    chat = redactor.conversation("c-1")
    seen = chat.redact("hello, I am Crystal Minh, order 8706847615", role="customer")
    assert seen.text == "hello, I am [PERSON_1], order [ACCOUNT_ID_1]"
    assert [(e.type, e.placeholder, e.operator) for e in seen.entities] == [
        ("PERSON", "[PERSON_1]", "placeholder"),
        ("ACCOUNT_ID", "[ACCOUNT_ID_1]", "placeholder"),
    ]
    assert chat.restore("thanks [PERSON_1]!").text == "thanks Crystal Minh!"


def test_text_without_personal_data_leaves_exactly_as_it_came(redactor: Redactor) -> None:
    text = "½ x² is ﬁne\u200b, ok\u00ad?"
    assert redactor.conversation("c").redact(text).text == text


def test_a_known_name_is_found_in_part_in_the_agents_turn(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Joyce Wu", role="customer")
    assert chat.redact("ok Joyce, one moment", role="agent").text == "ok [PERSON_1], one moment"


def test_a_part_that_fits_two_people_gets_its_own_placeholder(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Joyce Wu", role="customer")
    chat.redact("and Joyce Lee", role="customer")
    assert chat.redact("which Joyce", role="agent").text == "which [PERSON_3]"


def test_a_name_said_in_full_later_rewrites_the_turn_that_showed_a_part(make_redactor: Callable[..., Redactor]) -> None:
    def only_full_names(text: str, context: Sequence[str]) -> Iterator[Entity]:
        start = text.find("Joyce Wu")
        if start >= 0:
            yield Entity(start, start + 8, "PERSON", 0.9, "fake")

    chat = make_redactor(recognizers={"fake": only_full_names}).conversation("c")
    first = chat.redact("this is Joyce here", role="customer")
    assert first.text == "this is Joyce here"
    second = chat.redact("Joyce Wu", role="customer")
    assert [turn.text for turn in second.revised] == ["this is [PERSON_1] here"]
    assert second.revised[0].turn_id == first.turn_id
    assert chat.restore_turn(first.turn_id).text == "this is Joyce here"


def test_a_card_split_over_two_messages_is_masked_in_both(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    first = chat.redact("4111 1111", role="customer")
    second = chat.redact("1111 1111", role="customer")
    assert not any(character.isdigit() for character in second.text.replace("_1", "").replace("_2", ""))
    history = chat.redact_turns([Turn("customer", "4111 1111"), Turn("customer", "1111 1111")])
    assert "4111" not in history[0].text
    assert history[0].turn_id == first.turn_id
    assert chat.restore_turn(first.turn_id).text == "4111 1111"
    assert chat.restore_turn(second.turn_id).text == "1111 1111"


def test_a_bots_word_in_between_does_not_break_a_split_value(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    history = [Turn("customer", "4111 1111"), Turn("assistant", "go on"), Turn("customer", "1111 1111")]
    assert not any(character.isdigit() for turn in chat.redact_turns(history) for character in turn.text[:4])
    assert [chat.restore_turn(turn.turn_id).text for turn in chat.redact_turns(history)] == [t.text for t in history]


def test_a_secret_is_not_stored_as_a_piece_of_a_split_value(make_redactor: Callable[..., Redactor]) -> None:
    redactor = make_redactor(recognizers=[FakeRecognizer({"1111 1111": "SECRET"})])
    chat = redactor.conversation("c")
    chat.redact("4111 1111", role="customer")
    seen = chat.redact("1111 1111", role="customer")
    assert seen.text.startswith("[SECRET_")
    assert [turn.text.startswith("[SECRET_") for turn in seen.revised] == [True]
    assert not any(form for referent in chat._state.vault.referents() for form in referent.forms)
    assert "1111" not in chat.restore(seen).text


def test_a_rewritten_turn_is_served_rewritten_from_then_on(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor(recognizers={}).conversation("c")
    history = [Turn("customer", "4111 1111"), Turn("customer", "1111 1111")]
    assert chat.redact_turns(history[:1])[0].text == "4111 1111"
    revised = [turn.text for turn in chat.redact_turns(history)]
    assert "4111" not in revised[0]
    assert [turn.text for turn in chat.redact_turns(history)] == revised
    assert [turn.text for turn in chat.redact_turns(history[:1])] == revised[:1]


def test_an_address_split_over_three_messages_is_joined(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    first = chat.redact("john", role="customer")
    middle = chat.redact("@", role="customer")
    last = chat.redact("gmail.com", role="customer")
    assert "gmail" not in last.text
    assert {turn.turn_id for turn in last.revised} >= {first.turn_id}
    assert chat.restore_turn(first.turn_id).text == "john"
    assert chat.restore_turn(middle.turn_id).text == "@"


def test_two_unrelated_messages_are_not_joined(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("I have 2", role="customer")
    assert chat.redact("3 would be better", role="customer").text == "3 would be better"


def test_placeholders_typed_by_a_customer_are_literals(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Crystal Minh", role="customer")
    seen = chat.redact("what is [PERSON_1]?", role="customer")
    assert seen.text == "what is [LITERAL_1]?"
    assert chat.restore("You typed [LITERAL_1]").text == "You typed [PERSON_1]"


def test_the_llm_keeps_minted_placeholders_and_cannot_invent_others(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Crystal Minh", role="customer")
    assert chat.redact("hi [PERSON_1] and [PERSON_9]", role="assistant").text == "hi [PERSON_1] and [LITERAL_1]"
    reply = chat.restore("hi [PERSON_1] and [PERSON_9]")
    assert reply.text == "hi Crystal Minh and [PERSON_9]"
    assert reply.unknown == ("[PERSON_9]",)


def test_a_value_the_llm_made_up_is_masked_in_the_record_but_not_for_the_customer(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    reply = chat.restore("ask for Zebulon Quux")
    assert reply.text == "ask for Zebulon Quux"
    recorded = chat.redact_turns([Turn("assistant", "ask for Zebulon Quux")])
    assert "Quux" not in recorded[0].text
    assert recorded[0].known


def test_a_resent_reply_is_known_in_the_form_the_customer_read(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Crystal Minh", role="customer")
    chat.restore("thanks [PERSON_1]!")
    seen = chat.redact_turns([Turn("customer", "Crystal Minh"), Turn("assistant", "thanks Crystal Minh!")])
    assert [redaction.known for redaction in seen] == [True, True]
    assert seen[1].text == "thanks [PERSON_1]!"


def test_a_turn_with_an_id_is_known_in_a_history_cut_off_at_the_front(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    history = [
        Turn("customer", "Crystal Minh", id="m1"),
        Turn("agent", "hello", id="m2"),
        Turn("customer", "yes", "m3"),
    ]
    first = chat.redact_turns(history)
    cut = chat.redact_turns(history[1:])
    assert [turn.known for turn in cut] == [True, True]
    assert [turn.turn_id for turn in cut] == [turn.turn_id for turn in first[1:]]
    assert [turn.known for turn in chat.redact_turns([Turn("agent", "hello, again", id="m2")])] == [False]
    assert [turn.known for turn in chat.redact_turns([Turn("agent", "hello")])] == [False]


def test_a_reply_with_an_id_is_known_by_what_the_customer_read(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact_turns([Turn("customer", "Crystal Minh", id="m1")])
    chat.restore("thanks [PERSON_1]!")
    seen = chat.redact_turns(
        [Turn("customer", "Crystal Minh", id="m1"), Turn("assistant", "thanks Crystal Minh!", id="m2")]
    )
    assert [turn.known for turn in seen] == [True, True]


def test_a_reply_redacted_and_restored_is_recorded_once(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Crystal Minh", role="customer")
    seen = chat.redact("thanks [PERSON_1]!", role="assistant")
    assert chat.restore("thanks [PERSON_1]!").turn_id == seen.turn_id


def test_types_that_are_not_for_an_audience_are_written_as_a_label(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict({"types": {"ACCOUNT_ID": {"audiences": ["agent"]}}})
    chat = make_redactor(policy=policy).conversation("c")
    chat.redact("order 8706847615", role="customer")
    for_customer = chat.restore("order [ACCOUNT_ID_1]")
    assert for_customer.text == "order (reference hidden)"
    assert for_customer.withheld == ("[ACCOUNT_ID_1]",)
    assert chat.restore("order [ACCOUNT_ID_1]", audience="agent").text == "order 8706847615"


def test_a_tool_gets_what_its_rule_names_and_placeholders_for_the_rest(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict({"tools": {"lookup": {"args": ["ACCOUNT_ID"]}}})
    chat = make_redactor(policy=policy).conversation("c")
    chat.redact("I am Crystal Minh, order 8706847615", role="customer")
    arguments = {"order": "[ACCOUNT_ID_1]", "name": "[PERSON_1]", "deep": [{"[ACCOUNT_ID_1]": 1}]}
    assert chat.restore_value(arguments, audience="tool:lookup") == {
        "order": "8706847615",
        "name": "[PERSON_1]",
        "deep": [{"8706847615": 1}],
    }
    assert chat.restore_value(arguments, audience="tool:other") == arguments


def test_cards_are_not_restored_by_default_and_read_as_a_label(make_redactor: Callable[..., Redactor]) -> None:
    def card(text: str, context: Sequence[str]) -> Iterator[Entity]:
        start = text.find("4111")
        if start >= 0:
            yield Entity(start, start + 19, "CREDIT_CARD", 0.9, "pattern:card")

    chat = make_redactor(policy="default", recognizers={"fake": card}).conversation("c")
    seen = chat.redact("card 4111 1111 1111 1111", role="customer")
    again = chat.redact("card 4111 1111 1111 1111", role="customer")
    assert seen.text == again.text == "card [CREDIT_CARD_1]"
    assert chat.restore("your [CREDIT_CARD_1]").text == "your (card number hidden)"
    policy = Policy.from_dict({"types": {"CREDIT_CARD": {"keep_last4": True}}})
    chat = make_redactor(policy=policy, recognizers={"fake": card}).conversation("c")
    chat.redact("card 4111 1111 1111 1111", role="customer")
    assert chat.restore("your [CREDIT_CARD_1]").text == "your (card ending 1111)"


def _says_secret(text: str, context: Sequence[str]) -> Iterator[Entity]:
    start = text.find("hunter2")
    if start >= 0:
        yield Entity(start, start + 7, "SECRET", 0.9, "fake")


def test_secrets_are_never_restored_and_never_share_a_number(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor(policy="default", recognizers={"fake": _says_secret}).conversation("c")
    seen = chat.redact("password hunter2", role="customer")
    again = chat.redact("it is hunter2", role="customer")
    assert (seen.text, again.text) == ("password [SECRET_1]", "it is [SECRET_2]")
    assert "hunter2" not in chat.restore(seen).text
    assert "hunter2" not in chat.restore("[SECRET_1]").text


def test_a_secret_reaches_its_one_tool_once_and_not_after_the_turn(make_redactor: Callable[..., Redactor]) -> None:
    rule = {"operator": "placeholder", "retention": "turn", "audiences": ["tool:login"]}
    policy = Policy.from_dict({"types": {"SECRET": rule}})
    chat = make_redactor(policy=policy, recognizers={"fake": _says_secret}).conversation("c")
    chat.redact("password hunter2", role="customer")
    assert chat.restore_value("[SECRET_1]", audience="tool:other") == "[SECRET_1]"
    assert chat.restore_value("[SECRET_1]", audience="tool:login") == "hunter2"
    assert chat.restore_value("[SECRET_1]", audience="tool:login") == "[SECRET_1]"
    chat.redact("again hunter2", role="customer")
    chat.restore("thank you")
    assert chat.restore_value("[SECRET_2]", audience="tool:login") == "[SECRET_2]"


@pytest.mark.parametrize("resent", [False, True])
def test_a_secret_is_gone_when_the_customer_writes_again(make_redactor: Callable[..., Redactor], resent: bool) -> None:
    rule = {"operator": "placeholder", "retention": "turn", "audiences": ["tool:login"]}
    policy = Policy.from_dict({"types": {"SECRET": rule}})
    chat = make_redactor(policy=policy, recognizers={"fake": _says_secret}).conversation("c")
    chat.redact_turns([Turn("customer", "password hunter2")])
    if resent:
        chat.redact_turns([Turn("customer", "password hunter2"), Turn("customer", "hello?")])
    else:
        chat.redact("hello?", role="customer")
    assert chat.restore_value("[SECRET_1]", audience="tool:login") == "[SECRET_1]"


def test_mask_and_hash_write_what_cannot_be_restored(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict({"types": {"ACCOUNT_ID": {"operator": "mask"}, "PERSON": {"operator": "hash"}}})
    chat = make_redactor(policy=policy).conversation("c")
    seen = chat.redact("Crystal Minh 8706847615", role="customer")
    assert seen.text.endswith(" ****7615")
    assert seen.text.startswith("hash:")
    assert "Crystal" not in chat.restore(seen.text).text


def test_a_blocked_type_refuses_the_message_and_records_nothing(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict({"types": {"ACCOUNT_ID": {"operator": "block"}}})
    chat = make_redactor(policy=policy).conversation("c")
    with pytest.raises(BlockedError) as refused:
        chat.redact("order 8706847615", role="customer")
    assert refused.value.entity_types == ("ACCOUNT_ID",)
    assert "8706847615" not in str(refused.value)
    assert chat.redact("Ann", role="customer").text == "[PERSON_1]"


def test_a_recognizer_that_fails_stops_the_message(make_redactor: Callable[..., Redactor]) -> None:
    def broken(text: str, context: Sequence[str]) -> list[Entity]:
        raise ValueError(f"cannot read {text}")

    chat = make_redactor(recognizers={"broken": broken}).conversation("c")
    with pytest.raises(DetectionError) as failed:
        chat.redact("Zebulon Quux", role="customer")
    assert "Quux" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_a_recognizer_that_reports_a_span_outside_the_text_stops_the_message(
    make_redactor: Callable[..., Redactor],
) -> None:
    def wrong(text: str, context: Sequence[str]) -> list[Entity]:
        return [Entity(0, len(text) + 1, "PERSON", 0.9, "wrong")]

    with pytest.raises(DetectionError, match="beyond the end"):
        make_redactor(recognizers={"wrong": wrong}).conversation("c").redact("ann", role="customer")


def test_reviewers_read_what_the_policy_lists_for_them(make_redactor: Callable[..., Redactor]) -> None:
    listed = Policy.from_dict({"types": {"PERSON": {"audiences": ["customer", "reviewer"]}}})
    chat = make_redactor(policy=listed).conversation("c")
    seen = chat.redact("Crystal Minh, 12345678", role="customer")
    for restored in (chat.restore(seen.text, "reviewer"), chat.restore(seen, "reviewer")):
        assert restored.text.startswith("Crystal Minh, (")
        assert restored.withheld == ("[ACCOUNT_ID_1]",)
    assert len(list(chat._parts.store.turns(chat.public_id))) == 1  # what a reviewer reads is no reply


@pytest.mark.parametrize("audience", ["everyone", "tool:", "", "Customer"])
def test_an_unknown_audience_is_refused(redactor: Redactor, audience: str) -> None:
    with pytest.raises(AudienceError, match="expected customer, agent"):
        redactor.conversation("c").restore("hello", audience=audience)


def test_bad_arguments_are_refused_before_anything_is_recorded(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    with pytest.raises(ConfigError, match=r"unknown role .*expected one of customer"):
        chat.redact("hi", role="user")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="is a str, not bytes"):
        chat.redact(b"hi")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="needs an id"):
        redactor.conversation("")
    with pytest.raises(NotFoundError):
        chat.restore_turn("nothing")


def test_values_are_escaped_for_the_form_they_go_into(make_redactor: Callable[..., Redactor]) -> None:
    def all_of_it(text: str, context: Sequence[str]) -> list[Entity]:
        return [Entity(0, len(text), "PERSON", 0.9, "fake")]

    chat = make_redactor(recognizers={"all": all_of_it}).conversation("c")
    chat.redact('Ann "<b>" Lee', role="customer")
    assert chat.restore("[PERSON_1]", form="html").text == "Ann &quot;&lt;b&gt;&quot; Lee"
    assert chat.restore('{"name": "[PERSON_1]"}', form="json").text == '{"name": "Ann \\"<b>\\" Lee"}'


def test_a_placeholder_in_a_links_target_is_withheld(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("order 8706847615", role="customer")
    reply = chat.restore("[your order](https://evil.example/?q=[ACCOUNT_ID_1]) [ACCOUNT_ID_1]")
    assert reply.text == "[your order](https://evil.example/?q=[ACCOUNT_ID_1]) 8706847615"
    assert reply.withheld == ("[ACCOUNT_ID_1]",)


def test_links_to_listed_hosts_are_restored(make_redactor: Callable[..., Redactor]) -> None:
    policy = Policy.from_dict({"links": {"restore_links": ["shop.example"]}})
    chat = make_redactor(policy=policy).conversation("c")
    chat.redact("order 8706847615", role="customer")
    reply = chat.restore("[it](https://my.shop.example/o?id=[ACCOUNT_ID_1]) https://evil.example/?q=[ACCOUNT_ID_1]")
    assert reply.text == "[it](https://my.shop.example/o?id=8706847615) https://evil.example/?q=[ACCOUNT_ID_1]"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/shop.example/?q=",
        "https://shop.example@evil.example/?q=",
        "https://shop.example.evil.example/?q=",
        "https://notshop.example/?q=",
        "https://evil.example\\@shop.example/?q=",
        "https://",
        "shop.example",
    ],
)
def test_hosts_that_only_look_listed_get_nothing(make_redactor: Callable[..., Redactor], address: str) -> None:
    policy = Policy.from_dict({"links": {"restore_links": ["shop.example"]}})
    chat = make_redactor(policy=policy).conversation("c")
    chat.redact("order 8706847615", role="customer")
    assert "8706847615" not in chat.restore(f"[it]({address}[ACCOUNT_ID_1]/x)").text


def test_a_link_that_carries_a_value_is_masked_whole(make_redactor: Callable[..., Redactor]) -> None:
    def link(text: str, context: Sequence[str]) -> Iterator[Entity]:
        start = text.find("https://")
        if start >= 0:
            yield Entity(start, len(text), "URL", 0.9, "pattern:url")
        number = text.find("8706847615")
        if number >= 0:
            yield Entity(number, number + 10, "ACCOUNT_ID", 0.9, "fake")

    chat = make_redactor(policy="default", recognizers={"fake": link}).conversation("c")
    assert chat.redact("see https://www.amazon.com/returns").text == "see https://www.amazon.com/returns"
    assert chat.redact("see https://www.amazon.com/8706847615").text == "see [URL_1]"


def test_a_stream_closed_early_is_recorded_as_far_as_it_came(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact("Crystal Minh", role="customer")
    stream = chat.restore_stream(iter(["thanks ", "[PERSON_1]", " bye"]))
    assert next(stream) == "thanks "
    assert next(stream) == "Crystal Minh"
    stream.close()  # type: ignore[attr-defined]
    seen = chat.redact_turns([Turn("customer", "Crystal Minh"), Turn("assistant", "thanks Crystal Minh")])
    assert [redaction.known for redaction in seen] == [True, True]


def test_the_async_doors_do_the_same(redactor: Redactor) -> None:
    async def talk() -> tuple[str, str, str, list[str]]:
        chat = redactor.conversation("async")
        seen = await chat.aredact("I am Crystal Minh", role="customer")

        async def chunks() -> AsyncIterator[str]:
            for piece in ("Hi [PER", "SON_1]", "!"):
                yield piece

        streamed = "".join([piece async for piece in chat.arestore_stream(chunks())])
        reply = await chat.arestore("Hi [PERSON_1]!")
        turns = await chat.aredact_turns([Turn("customer", "I am Crystal Minh")])
        return seen.text, streamed, reply.text, [turn.text for turn in turns]

    assert asyncio.run(talk()) == ("I am [PERSON_1]", "Hi Crystal Minh!", "Hi Crystal Minh!", ["I am [PERSON_1]"])


def test_memory_of_a_conversation_is_shared_by_its_handles(make_redactor: Callable[..., Redactor]) -> None:
    redactor = make_redactor()
    redactor.conversation("c").redact("Joyce Wu", role="customer")
    assert redactor.conversation("c").redact("hello Joyce", role="agent").text == "hello [PERSON_1]"
    assert redactor.conversation("c", tenant="other").redact("hello joyce", role="agent").text == "hello joyce"


def test_reprs_show_no_values_and_not_the_hosts_id(redactor: Redactor) -> None:
    chat = redactor.conversation("+1 212 555 0100")
    seen = chat.redact("I am Zebulon Quux", role="customer")
    shown = f"{chat!r} {redactor!r} {seen!r} {chat.restore('[PERSON_1]')!r} {Turn('customer', 'Zebulon Quux')!r}"
    assert "Quux" not in shown
    assert "212 555" not in shown


@pytest.mark.parametrize("operator", ["placeholder", "surrogate"])
def test_what_is_said_after_a_pause_longer_than_its_retention_is_known_from_then_on(
    make_redactor: Callable[..., Redactor], operator: str
) -> None:
    now = [0.0]
    policy = Policy.from_dict({"types": {"PERSON": {"operator": operator, "retention": "1d"}}})
    fake = FakeRecognizer({"Crystal Minh": "PERSON"})
    chat = make_redactor(policy=policy, recognizers=[fake], clock=lambda: now[0]).conversation("c")
    before = chat.redact("call Ms Minh")
    now[0] = 3 * 86400.0
    seen = chat.redact("I am Crystal Minh")
    assert [entity.operator for entity in seen.entities] == [operator]
    assert [turn.turn_id for turn in seen.revised] == [before.turn_id]
    assert "Minh" not in chat.redact("Ms Minh again").text
    assert chat.restore(seen).text == "I am Crystal Minh"


def test_a_text_that_was_rewritten_since_is_looked_at_again(make_redactor: Callable[..., Redactor]) -> None:
    chat = make_redactor().conversation("c")
    stale = chat.redact("zebulon quuxley here").text
    chat.redact("I am Zebulon Quuxley")
    assert "quuxley" in stale
    assert "quuxley" not in chat.redact(stale, role="assistant").text
    assert "quuxley" not in chat.redact_value(stale, "assistant")


def test_what_is_done_at_once_looks_at_the_store_once(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = redactor.conversation("c")
    turn = chat.redact("I am Ann Example")
    looked: list[int] = []
    catch_up = type(chat._state).catch_up

    def counted(state: State) -> None:
        looked.append(1)
        catch_up(state)

    monkeypatch.setattr(State, "catch_up", counted)
    with chat.at_once():
        for _ in range(5):
            assert chat.restore_recorded(turn.text, turn.turn_id) == "I am Ann Example"
    assert len(looked) == 1
    chat.restore_recorded(turn.text, turn.turn_id)
    assert len(looked) > 1
