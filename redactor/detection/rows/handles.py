"""Rows for what people are called on networks and in games: beside the network's name, or in a network's own form.

"My instagram is down" names nobody, so a handle after a name alone is no word of the language, or has a digit or an
underscore. Forms: Discord's older tags and BattleTags (name#1234), Reddit's u/name, Cash App's $Cashtag, Skype's
live: ids, and the addresses of the fediverse (@name@host), each as its maker's help pages show them.
"""

from collections.abc import Iterator

from redactor.detection.patterns import Pattern
from redactor.detection.phrases import is_uncommon
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _on_networks()
    yield from _in_forms_of_their_own()


_NETWORK = (
    r"(?:instagram|insta|ig|twitter|discord|snapchat|snap|telegram|tiktok|tik[ ]tok|facebook|fb|messenger|skype"
    r"|wechat|weixin"
    r"|reddit|psn|playstation|xbox|xbl|steam|twitch|github|gitlab|linkedin|pinterest|mastodon|bluesky|bsky|threads"
    r"|venmo"
    r"|cash[ ]?app|viber|kakao(?:talk)?|youtube|tumblr|soundcloud|onlyfans|vk|qq|weibo|roblox|fortnite|minecraft"
    r"|ebay|etsy|depop|poshmark|vinted)"
)
_NETWORKS = words(
    "instagram insta ig twitter discord snapchat snap telegram tiktok tik facebook fb messenger skype wechat weixin "
    "reddit "
    "psn playstation xbox xbl steam twitch github gitlab linkedin pinterest mastodon bluesky bsky threads venmo cash "
    "cashapp "
    "viber kakao kakaotalk youtube tumblr soundcloud onlyfans vk qq weibo roblox fortnite minecraft ebay etsy depop "
    "poshmark vinted"
)
_CALLED = r"(?:[ ](?:user[ ]?name|handle|id|name|account[ ]name|user|tag|gamertag|profile|nick(?:name)?|page|@)){0,2}"
_HANDLE = r"@?[a-z0-9_](?:[\w-]|\.(?=\w)){2,38}+"
_ENDS = r"(?![\w@/]|:\w)"
_SHAPED = r"(?=[\w.-]{0,38}[\d_])(?=[\w.-]{0,38}[a-z])"


def _on_networks() -> Iterator[Pattern]:
    kind = "USERNAME"
    yield Pattern(
        "handle_on_network", kind,
        rf"\b(?:(?:my|his|her|our|their)[ ]{_NETWORK}{_CALLED}(?:[ ]?(?:is|was|'s|:|=|-)[ ]?:?[ ]{{0,2}}(?:called[ ]"
        rf"|just[ ]|also[ ])?|[ ](?=@))"
        rf"|\b{_NETWORK}[ ](?:user[ ]?name|handle|id|gamertag|tag|nick)[ ](?:is[ ])?)(?P<v>{_HANDLE}){_ENDS}"
        rf"|\b{_NETWORK}{_CALLED}[ ]?[:=][ ]{{0,2}}(?!/)(?:(?P<v>{_SHAPED}{_HANDLE}){_ENDS}"
        rf"|(?P<v>{_HANDLE}){_ENDS}(?=[ ]?(?:[,;\n]|\.(?!\w)|$)))",
        0.85, _is_handle, lower=True, words=_NETWORKS, example="my insta is ⟦crystal.minh⟧",
    )  # fmt: skip
    yield Pattern(
        "handle_shaped_on_network", kind,
        rf"\b{_NETWORK}{_CALLED}[ ](?:as[ ]|is[ ])?(?P<v>@[a-z0-9_](?:[\w-]|\.(?=\w)){{2,38}}+"
        rf"|{_SHAPED}{_HANDLE}){_ENDS}",
        0.8,
        _is_shaped, lower=True, words=_NETWORKS, example="add me on snap ⟦crystalm88⟧",
    )  # fmt: skip


def _is_handle(text: str) -> bool:
    """Not a word, nor words with a sign between them as in "log-in"."""
    name = text.lstrip("@")
    named = name.casefold() not in _COMPLAINTS and all(map(is_uncommon, [name, *_compound(name)]))
    return any(c.isalpha() for c in name) and (text[0] == "@" or named)


def _compound(name: str) -> list[str]:
    return [part for part in name.split("-") if len(part) > 2] if "-" in name else []


_COMPLAINTS = words("bonkers borked bricked buggy glitchy janky kaput laggy unverified wonky")
"""Words for what ails an account that the list of words lacks."""
_VERSIONS = words("mp3 mp4 ps3 ps4 ps5 h264 1080p 720p 360 one_s covid19 web3 web2")


def _is_shaped(text: str) -> bool:
    name = text.lstrip("@").casefold()
    shaped = sum(map(str.isalpha, name)) >= 3 and name not in _VERSIONS and not name[0].isdigit()
    return shaped or text[0] == "@"


def _in_forms_of_their_own() -> Iterator[Pattern]:
    kind = "USERNAME"
    yield Pattern(
        "handle_with_number", kind, r"(?<![\w#@/.])[\p{L}_][\w.]{1,31}+#\d{4,6}(?![\w#])", 0.85,
        digits=4, words=words("discord battletag battle blizzard overwatch riot valorant league tag gamertag"),
        example="crystal on discord: ⟦crystalm#1234⟧",
    )  # fmt: skip
    yield Pattern(
        "handle_of_reddit", kind, r"(?<![\w/])/?u/[A-Za-z0-9_-]{3,20}+(?![\w/])", 0.85, _is_redditor,
        any_of=("u/",), example="I am ⟦u/crystal_m⟧ there",
    )  # fmt: skip
    yield Pattern(
        "handle_of_cash_app", kind, r"\bcash[ ]?app\b[^$\n]{0,30}(?P<v>\$[a-z][\w-]{1,19}+)(?![\w.]\w)", 0.9,
        lower=True, any_of=("$",), example="send it by Cash App to ⟦$crystalm⟧",
    )  # fmt: skip
    yield Pattern(
        "handle_of_skype", kind, r"(?<![\w.])live:(?:\.cid\.)?[a-z0-9][\w.-]{2,60}(?<![.-])(?!\w)", 0.85,
        lower=True, words=words("skype"), example="skype me at ⟦live:crystal.minh⟧",
    )  # fmt: skip
    yield Pattern(
        "handle_federated", kind,
        r"(?<![\w@./])@[\w.-]{1,64}+@(?:[a-z0-9][a-z0-9-]{0,62}+\.){1,5}[a-z]{2,24}(?![\w@])",
        0.99,
        lower=True, any_of=("@",), example="toot at ⟦@crystal@social.example⟧",
    )  # fmt: skip


def _is_redditor(text: str) -> bool:
    name = text.rpartition("/")[2]
    return any(c.isdigit() or c in "_-" for c in name) or is_uncommon(name)
