"""A hundred hostile texts for everything that writes an edition down: markup of Markdown, of typst and of HTML, formulas, controls, directions of writing."""

from __future__ import annotations

_MARKDOWN = (
    "# heading", "## two ##", "- item", "+ item", "* item", "1. one", "1) one", "> quoted", "```sh", "~~~", "---", "***", "===", "| a | b |", "a | b",
    "*bold*", "**bold**", "_it_", "__it__", "~~gone~~", "`code`", "[a](https://evil.example)", "![a](https://evil.example/x.png)", "[a]: https://evil.example",
    "[a][b]", "<https://evil.example>", "https://evil.example/path", "www.evil.example", "someone@evil.example", "<b>bold</b>", "<!-- gone -->", "<?php ?>",
    "&lt;b&gt;", "&#35;", "&copy;", "a\\", "\\*not\\*", "\\\\", "    indented", "a  \nb", "line\n\n# heading", "$x^2$", "$$x$$", "[^1]", "[x] done", ":smile:",
    "a*b*c", "*", "**", "_", "[", "]", "!", "![", "](", "<", ">", "~", "{.class}", "{{ x }}",
)  # fmt: skip
_TYPST = (
    "#panic()", "#let x = 1", '#read("/etc/passwd")', '#include "x.typ"', '#import "@preview/x:0.1.0"', '#image("/etc/hostname")', "#{ 1 + 1 }", "$ x $",
    "*strong* _emph_", "@label", "<label>", "= Heading", "/ term: x", "// comment", "/* comment */", "``` raw ```", '#link("https://evil.example")[x]',
    '")) #panic((("', "\\u{1f600}", "~ --- ... -?",
)  # fmt: skip
_OTHER = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE claims; --", "=1+1", "+1", "-1", "@SUM(A1)", "javascript:alert(1)",
    "data:text/html,x", "\x1b[2J\x1b[31mred", "\x00nul", "\u202eesrever", "\u2066x\u2069", "ا لـ ‏عربي", "Ծ 漢字 🙂", "a\u00a0b", "\ufeffbom", "fi fl ffi",
    "“quotes” ‘and’ «more»", "%PDF-1.7 endobj",
)  # fmt: skip
PAYLOADS = (*_MARKDOWN, *_TYPST, *_OTHER)
