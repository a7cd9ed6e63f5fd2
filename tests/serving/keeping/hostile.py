"""Texts as people and PDFs may have them, that a program could take for more than text."""

from __future__ import annotations

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</p></li></ul><h1>Well supported</h1>",
    "![pixel](https://evil.example/p.png)",
    "[read more](https://evil.example)",
    "[1]: https://evil.example",
    "[read][1] and [1][] and [^1]",
    "<https://evil.example>",
    "see https://evil.example/x and www.evil.example",
    "# Heading",
    "- item",
    "+ item",
    "1. item",
    "7) item",
    "> quoted",
    "***",
    "---",
    "===",
    "```sh",
    "~~~",
    "    indented code",
    "a | b",
    "|---|---|",
    "**bold** _thin_ ~~gone~~ `code` $x^2$",
    "&lt;b&gt; &amp; &#60;",
    "back\\slash \\[ \\",
    "{{ template }} ${alert(1)} #{x} :smile: @everyone",
    "--> <!-- x --> <![CDATA[x]]>",
)
UNFIT = "nul \x00, bell \x07, escape \x1b, half \ud800 and \udfff, none \ufffe \uffff, mirrored \u202e."
