"""The gateway shows the console where its file has a section for it, and knows nothing else of it."""

import asyncio
import re
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from redactor import Redactor, apps
from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor_console.accounts import links, managing
from redactor_console.carried import carried
from redactor_console.database import open_database
from redactor_console.settings import ConsoleSettings
from redactor_gateway.app import shown
from redactor_gateway.reload import Reloading
from tests.integrations.redactor_gateway.line import FINE
from tests.integrations.redactor_gateway.test_reload import calling, toml, written
from tests.integrations.redactor_gateway.upstream import RawServer

PASSWORD = "correct horse battery staple"


def test_what_is_carried_lies_under_its_path_alone(tmp_path: Path, redactor: Redactor) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text('[console]\npath = "/review"\n[store]\npath = "store.db"\n')
    found = carried(file, Settings.load(file), redactor, is_https=False)
    assert found is not None

    async def run() -> None:
        transport = httpx2.ASGITransport(app=Starlette(routes=shown([found])))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as browser:
            assert (await browser.get("/review")).headers["location"] == "/review/"
            assert (await browser.get("/review/people")).headers["location"] == "/review/sign-in"
            assert 'action="/review/sign-in"' in (await browser.get("/review/sign-in")).text
            assert (await browser.get("/sign-in")).status_code == 404

    asyncio.run(run())
    found.close()


@pytest.mark.soak
@pytest.mark.usefixtures("cheap")
def test_the_gateway_shows_it_under_its_path_beside_its_own_doors(tmp_path: Path) -> None:
    async def run(app: Reloading, path: str) -> None:
        transport = httpx2.ASGITransport(app=app)
        async with (
            calling(app) as call,
            httpx2.AsyncClient(transport=transport, base_url="http://localhost") as browser,
        ):
            assert await call("k1") == 200
            assert (await browser.get("/console")).headers["location"] == "/console/"
            assert (await browser.get("/console/")).headers["location"] == "/console/sign-in"
            page = (await browser.get("/console/sign-in")).text
            (style,) = re.findall(r'href="(/console/static/[^"]+/console.css)"', page)
            assert (await browser.get(style)).status_code == 200
            assert (await browser.get("/console/v1/models")).status_code == 404
            answer = await browser.post(f"/console{path}", data={"password": PASSWORD})
            assert answer.headers["location"] == "/console/sign-in/set-up"
            assert (await browser.get("/console/sign-in/set-up")).status_code == 200
            assert (await browser.get("/console/sign-in", headers={"host": "evil.example"})).status_code == 421
            counts = (await browser.get("/metrics")).text
            assert 'door="console"' in counts
            assert path not in counts
            assert await app.reload()
            assert (await browser.get("/console/sign-in/set-up")).status_code == 200, "sessions outlive a reload"
            (tmp_path / "redactor.toml").write_text(toml("http://127.0.0.1:1") + "[console]\nreviewerss = 2\n")
            assert not await app.reload()
            (tmp_path / "redactor.toml").write_text(toml("http://127.0.0.1:1"))
            assert await app.reload()
            assert (await browser.get("/console/sign-in")).status_code == 404

    with RawServer(FINE) as upstream:
        text = toml(upstream.url) + "[console]\nreviewers = 2\n"
        with written(tmp_path, text) as app:
            asyncio.run(run(app, first_link(tmp_path, app.now.redactor)))


def first_link(folder: Path, redactor: Redactor) -> str:
    file = folder / "redactor.toml"
    database = open_database(ConsoleSettings.load(file), Settings.load(file))
    with database.transaction() as ask:
        token = managing.first_admin(ask, redactor.audit, "ann", redactor.parts.clock())
    database.close()
    return links.path(token)


def test_without_its_section_there_is_none(tmp_path: Path, redactor: Redactor) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text("[gateway]\n")
    for config in (None, file):
        assert carried(config, Settings(), redactor, is_https=False) is None


@pytest.mark.parametrize(("is_https", "is_fine"), [(False, False), (True, True)])
def test_the_tls_of_who_carries_it_is_its_own(
    is_https: bool, is_fine: bool, tmp_path: Path, redactor: Redactor
) -> None:
    file = tmp_path / "redactor.toml"
    file.write_text('[console]\nhosts = ["review.example.com"]\n[store]\npath = "store.db"\n')
    if not is_fine:
        with pytest.raises(ConfigError, match="in the clear"):
            carried(file, Settings.load(file), redactor, is_https=is_https)
        return
    found = carried(file, Settings.load(file), redactor, is_https=is_https)
    assert found is not None
    found.close()


def test_two_at_one_place_are_refused() -> None:
    for paths in (["/console", "/console"], ["/a", "/a/b"]):
        with pytest.raises(ConfigError, match="another path"):
            apps._check_apart(paths)
    apps._check_apart(["/a", "/ab"])
