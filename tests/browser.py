"""A page in a real browser without a screen: what it shows, what it asks for, how it prints.

    python browser.py FILE.html WIDTH FOLDER

Prints JSON, and writes shot.png and print.pdf to the folder.
"""

import json
import os
import sys
from pathlib import Path

ASK = """JSON.stringify({
  title: document.title,
  text: document.body.innerText,
  heads: [...document.querySelectorAll('h2')].map(e => e.innerText),
  rows: [...document.querySelectorAll('tr')].map(r => [...r.cells].map(c => c.innerText)),
  images: [...document.images].map(i => [i.complete, i.naturalWidth, i.clientWidth, i.alt]),
  scripts: document.scripts.length,
  wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  padding: getComputedStyle(document.body).paddingLeft,
})"""


def main(file, width, folder):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--no-sandbox --disable-gpu"
    from PySide6.QtCore import QTimer, QUrl
    from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineUrlRequestInterceptor
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    asked, said = [], []

    class Watch(QWebEngineUrlRequestInterceptor):
        def interceptRequest(self, info):
            asked.append(info.requestUrl().toString()[:80])

    class Page(QWebEnginePage):
        def javaScriptConsoleMessage(self, level, message, line, source):
            said.append(message)

    app = QApplication(sys.argv[:1])
    view, watch = QWebEngineView(), Watch()
    page = Page(view)
    view.setPage(page)
    page.profile().setUrlRequestInterceptor(watch)
    view.resize(int(width), 900)

    def found(text):
        print(json.dumps({**json.loads(text), "asked": asked, "said": said}))
        view.grab().save(str(Path(folder) / "shot.png"))
        page.pdfPrintingFinished.connect(lambda *_: app.quit())
        page.printToPdf(str(Path(folder) / "print.pdf"))

    page.loadFinished.connect(
        lambda _: QTimer.singleShot(500, lambda: page.runJavaScript(ASK, found))
    )
    view.load(QUrl.fromLocalFile(str(Path(file).resolve())))
    view.show()
    QTimer.singleShot(60_000, lambda: app.exit(1))
    code = app.exec()
    sys.stdout.flush()
    os._exit(code)  # Chromium's own threads may outlive Python


if __name__ == "__main__":
    main(*sys.argv[1:])
