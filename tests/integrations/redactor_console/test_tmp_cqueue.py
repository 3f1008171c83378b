import threading, time, uvicorn, pytest
from playwright.sync_api import sync_playwright
def test_it(redactor, app, sign_in):
    chat = redactor.conversation("c-1")
    chat.redact("Hello there")
    chat.redact("I am Crystal Minh, ask Bob \U0001F468\u200d\U0001F469\u200d\U0001F467 Smith\r\n<b>x</b> order 8706847615 \ud800 e\u0301 \u05e9\u05dc\u05d5\u05dd Anna")
    other = redactor.conversation("c-2"); other.redact("call Bob \U0001F468\u200d\U0001F469\u200d\U0001F467 Smith 12345678")
    for t in ("my order 8706847615", "ok 12345678"): chat.redact(t)
    b = sign_in("reviewer", "adjudicator", name="ann")
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=8377, log_level="warning"))
    th = threading.Thread(target=server.run, daemon=True); th.start()
    while not server.started: time.sleep(.02)
    pid = redactor.transcripts.conversations().items[1].public_id
    pid = [c.public_id for c in redactor.transcripts.conversations().items if c.turns == 4][0]
    turn = redactor.transcripts.show(pid)[1]
    print(repr(turn.text))
    with sync_playwright() as p:
        br = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        ctx = br.new_context(viewport={"width":1280,"height":900}); ctx.add_cookies([{"name":k,"value":v,"url":"http://127.0.0.1:8377"} for k,v in b.cookies.items()])
        page = ctx.new_page()
        page.on("console", lambda m: print("CONSOLE", m.text)); page.on("pageerror", lambda e: print("ERR", e))
        page.goto(f"http://127.0.0.1:8377/conversations/{pid}/messages/{turn.turn_id}")
        page.screenshot(path="/tmp/c_queue/message.png", full_page=True)
        js = """async () => { const o = await import(document.querySelector('script[src$="queue.js"]').src.replace('queue.js','offsets.js')); const t = document.getElementById('text'); return o.textOf(t) }"""
        got = page.evaluate(js); print(repr(got)); assert got == turn.text.replace("\ud800", "\ufffd")
        print("focus", page.evaluate("document.activeElement.className + document.activeElement.textContent"))
        page.keyboard.press("c"); page.wait_for_timeout(200); print("said", page.inner_text("#said")); print(page.inner_text("#e-0 .mark"))
        page.keyboard.press("j"); page.keyboard.press("t"); page.keyboard.type("email"); page.keyboard.press("Enter"); page.wait_for_timeout(200); print("said", page.inner_text("#said"))
        page.keyboard.press("u"); page.wait_for_timeout(400); print("said", page.inner_text("#said"))
        # keyboard selection
        page.keyboard.press("m"); page.wait_for_timeout(100); print("sel", repr(page.evaluate("getSelection().toString()")))
        for k in ("ArrowRight",)*1: page.keyboard.press(k); print("sel", k, repr(page.evaluate("getSelection().toString()")))
        for i in range(6):
            page.keyboard.press("ArrowRight"); s = page.evaluate("getSelection().toString()"); print(repr(s))
            if s == "Bob": break
        page.keyboard.press("Shift+ArrowRight"); print("sel", repr(page.evaluate("getSelection().toString()")))
        page.keyboard.press("e"); page.keyboard.press("Enter"); page.wait_for_timeout(100)
        page.screenshot(path="/tmp/c_queue/picker.png")
        print("of", page.inner_text("#picker-of")); page.keyboard.press("1"); page.wait_for_timeout(800)
        print("said", page.inner_text("#said")); print(redactor.transcripts.show(pid)[1].text.encode("utf-8","replace"))
        print([t.text for t in redactor.transcripts.search("call").items])
        page.goto("http://127.0.0.1:8377/queue"); page.screenshot(path="/tmp/c_queue/queue.png", full_page=True)
        page.keyboard.press("?"); page.wait_for_timeout(100); page.screenshot(path="/tmp/c_queue/keys.png"); page.keyboard.press("Escape")
        h = page.inner_text("h2"); page.keyboard.press("s"); page.wait_for_timeout(300); print(h, "->", page.inner_text("h2"), page.url)
        page.keyboard.press("u"); page.wait_for_timeout(400); print("after undo", page.inner_text("h2"))
        page.goto(f"http://127.0.0.1:8377/conversations/{pid}"); page.screenshot(path="/tmp/c_queue/conv.png", full_page=True)
        page.keyboard.press("j"); page.keyboard.press("Enter"); page.wait_for_timeout(200); page.screenshot(path="/tmp/c_queue/why.png")
        page.set_viewport_size({"width":320,"height":700}); page.goto(f"http://127.0.0.1:8377/conversations/{pid}/messages/{turn.turn_id}"); page.screenshot(path="/tmp/c_queue/small.png", full_page=True); print("scrollw", page.evaluate("document.documentElement.scrollWidth"))
        br.close()
    server.should_exit = True; th.join()
