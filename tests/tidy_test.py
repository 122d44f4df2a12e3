#!/usr/bin/python3
"""The rules of the house, as far as a program can see them (docs/ARCHITECTURE.md says why). Run by CTest as `tidy`; alone:
tests/tidy_test.py [-k RULE]. First every rule is shown to catch what it is for (SELF_TEST), then the tree is checked.
A new exception belongs into a table here, with its reason."""

import ast
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent

# --- Who may include whom. A room may always include itself. The longest prefix that fits a file decides.
MAY_INCLUDE = {
    "base/": [],
    "evidence/": ["base/"],
    "net/": ["base/"],
    "certs/": ["base/", "evidence/"],
    "policy/": ["base/", "evidence/"],
    "agent/": ["base/", "evidence/", "net/"],
    "agent/session": ["base/", "evidence/"],
    "collector/": ["base/", "evidence/", "net/", "certs/", "policy/"],
    "collector/verifier": ["base/", "evidence/", "certs/", "policy/"],
    "collector/findings": ["base/", "evidence/", "policy/"],
    "collector/worklist": ["base/", "evidence/", "policy/"],
    "collector/bundle": ["base/", "evidence/", "certs/", "policy/", "collector/verifier", "collector/findings"],
    "collector/store": ["base/", "evidence/", "certs/", "policy/", "collector/"],
    "tests/": ["base/", "evidence/", "net/", "certs/", "policy/", "agent/", "collector/"],
}
# What a part may not include although its room may.
NEVER_INCLUDE = {
    "collector/store": ["collector/api", "collector/cli", "collector/dashboard"],
    "collector/verifier": ["collector/store", "collector/api", "collector/cli"],
    "collector/findings": ["collector/store", "collector/api", "collector/cli"],
    "collector/worklist": ["collector/store", "collector/api", "collector/cli"],
    "collector/bundle": ["collector/store", "collector/api", "collector/cli"],
    "agent/session": ["agent/tpm", "agent/usb", "agent/root", "agent/sources", "agent/kernel"],
}
# Third-party headers and the only places that may see them; a test may where the part it mirrors may.
SEAMS = {
    r"tss2/": ["agent/tpm/"],
    r"libusb": ["agent/usb/"],
    r"libudev": ["agent/usb/"],
    r"libmnl/": ["agent/kernel", "agent/sources/"],
    r"sqlite3": ["collector/store/"],
    r"openssl/": ["base/crypto/", "certs/", "net/"],
    r"boost/beast|boost/asio/ssl": ["net/"],
    r"boost/asio": ["net/", "agent/", "collector/"],
    r"boost/json": ["base/"],
    r"boost/url": ["net/"],
    r"toml\+\+": ["base/toml.cpp"],
    r"CLI/": ["agent/", "collector/"],
    r"zlib": ["agent/capture/", "agent/unpack/", "base/crc32.cpp"],
    r"lzma": ["agent/unpack/"],
    r"archive(_entry)?\.h$": ["collector/bundle/"],
    r"zstd": ["agent/unpack/"],
    r"systemd/": [],
}
FREE_OF_SEAMS = ("tests/support/", "tests/e2e/", "tests/bench/")
# Values in, values out: no I/O, clock, randomness or environment.
PURE = ("evidence/", "policy/", "collector/verifier", "collector/findings", "collector/worklist", "collector/bundle", "agent/session")
IMPURE = (r"#include <(fstream|filesystem|thread|random|unistd\.h|sys/|boost/asio|netinet/|arpa/)|::now\(\)|\bgetenv\(|"
          r"\btime\(nullptr\)|base/crypto/random\.hpp|std::ifstream|std::cout|std::random_device")

# --- Words. (rule, pattern, in which files, except in, what to do instead)
CODE = r"\.(cpp|hpp|h)$"
ASIO = "includes Asio"
BANNED = [
    ("banned_call", r"\batoi\(|\bstd::sto(i|l|ul|ll|ull|d|f)\(", CODE, (), "std::from_chars, and check all of it"),
    ("banned_call", r"\bv?sprintf\(", CODE, (), "fmt::format"),
    ("reinterpret_cast", r"\breinterpret_cast\b", CODE,
     ("base/bytes.hpp", "base/crypto/", "base/service_notify", "agent/tpm/", "agent/usb/", "agent/kernel", "agent/sources/",
      "agent/unpack/", "net/",
      "collector/store/", "tests/support/"), "keep it inside an adapter; as_bytes/as_text of base/bytes.hpp"),
    ("wildcard_capture", r"\[[&=][\],]", ASIO, (), "name what is captured"),
    ("lambda_in_co_await", r"\bco_await\b[^;]*?\[[\w\s,&=*.:]*\]\s*[({]", CODE, (), "a named coroutine with by-value parameters"),
    ("bare_detached", r"\basio::detached\b|[(,]\s*detached\b", CODE, (), "a completion handler that logs"),
    ("uncovered", r"\.shown\(\)", r"^collector/(verifier|findings|worklist)/.*\.(cpp|hpp)$", (),
     "decide by what a digest covers: evidence/boot/coverage.hpp"),
    ("leftover", r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", r".", (), "do it, or file it"),
    ("host_path", r"(^|[\s\"'=(:])/(work|root|home)/\w", r".", (), "a path of one machine has no place here"),
    ("glob", r"file\(GLOB", r"CMakeLists\.txt$|\.cmake$", (), "list the sources"),
]

# --- Sizes, names, tests
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 600, 800, 70
TOP_LEVEL = set("""CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md CONTRIBUTING.md .clang-format .clang-tidy
    .gitignore .gitattributes .ci agent base certs cmake collector docs evidence net policy scripts systemd tests""".split())
VAGUE_NAME = re.compile(r"(^|[_/.-])(common|utils?|helpers?|manager|misc|impl|core)([_/.-]|$)")
ROOMS = ("base/", "evidence/", "net/", "certs/", "policy/", "agent/", "collector/")
DECODER_ROOMS = ("base/", "evidence/", "certs/", "policy/")
UNTESTED = {  # .cpp -> why no unit test reaches it
    "collector/serve.cpp": "joins the listeners, the store and the packs; tests/e2e run it",
    "collector/cli/https_collector.cpp": "the command's one socket; tests/e2e run it",
}
UNFUZZED = {"parse_message": "fuzz_messages, through every decoder of a message"}  # what covers it instead


def mirrored(path):
    """tests/net/x_test.cpp is judged as net/x_test.cpp."""
    inner = path.removeprefix("tests/")
    return inner if inner.startswith(ROOMS) else path


def longest(table, path):
    return max((p for p in table if path.startswith(p)), key=len, default=None)


def number_of(text, offset):
    return text.count("\n", 0, offset) + 1


def code_only(text):
    """The text with comments and the insides of literals blanked, every line at its place."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def rule_includes(files):
    for path, text in files.items():
        if not re.search(CODE, path):
            continue
        allowed = MAY_INCLUDE.get(longest(MAY_INCLUDE, path), [])
        own = path.split("/")[0] + "/"
        never = NEVER_INCLUDE.get(longest(NEVER_INCLUDE, path) or "", [])
        for line, included in re.findall(r'^(#include "([^"]+)")', text, re.M):
            at = number_of(text, text.index(line))
            if "/" not in included:
                yield "include_path", path, at, f'"{included}": write paths from the top'
            elif not included.startswith((own, *allowed)) or included.startswith(tuple(never)):
                yield "include_edge", path, at, f"{path} may not see {included}"
        where = mirrored(path)
        for line, included in re.findall(r"^(#include <([^>]+)>)", text, re.M):
            seam = next((s for s in SEAMS if re.match(s, included)), None)
            if seam and not path.startswith(FREE_OF_SEAMS) and not where.startswith(tuple(SEAMS[seam])):
                yield "seam", path, number_of(text, text.index(line)), f"<{included}> only in {', '.join(SEAMS[seam])}"
        if path.startswith(PURE):
            for found in re.finditer(IMPURE, code_only(text)):
                yield "pure", path, number_of(text, found.start()), f"{found.group()}: this room takes values only"


def rule_words(files):
    for path, text in files.items():
        is_code = re.search(CODE, path) is not None
        shown = code_only(text) if is_code else text
        for rule, pattern, where, except_in, instead in BANNED:
            fits = ("boost/asio" in text and is_code) if where is ASIO else re.search(where, path)
            if not fits or (except_in and mirrored(path).startswith(except_in)):
                continue
            source = text if rule in ("leftover", "host_path") else shown
            for found in re.finditer(pattern, source, re.M):
                yield rule, path, number_of(source, found.start()), f"{found.group().strip()!r}: {instead}"


def functions(text):
    """(first line, last line) of each body whose opening brace follows a parameter list."""
    shown = re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), code_only(text), flags=re.M)
    stack, since = [], 0
    for found in re.finditer(r"[{};]", shown):
        if found.group() == "{":
            stack.append((found.start(), shown[since:found.start()].strip()))
        elif found.group() == "}" and stack:
            start, head = stack.pop()
            keyword = re.match(r"(\}\s*)*(else\b|if\b|for\b|while\b|switch\b|do\b|try\b|catch\b|namespace\b|TEST_SUITE)", head)
            if not keyword and re.search(r"\)\s*(const|noexcept|override|final|mutable|->[^;]*|:[^;]*)*$", head):
                yield number_of(shown, start), number_of(shown, found.start())
        since = found.end()


def rule_sizes(files):
    for path, text in files.items():
        if "Generated by" in text[:400] or not re.search(CODE + r"|\.(py|sh|ts|tsx|css)$|^scripts/", path):
            continue
        limit = TEST_FILE_LINES if path.startswith("tests/") else FILE_LINES
        if text.count("\n") > limit:
            yield "file_length", path, limit, f"{text.count(chr(10))} lines, the limit is {limit}"
        spans = functions(text) if re.search(CODE, path) else []
        if path.endswith(".py"):
            nodes = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
            spans = ((n.lineno, n.end_lineno) for n in nodes)
        for first, last in spans:
            if last - first - 1 > FUNCTION_LINES:
                yield "function_length", path, first, f"a body of {last - first - 1} lines, the limit is {FUNCTION_LINES}"


def rule_names(files):
    for path in files:
        if path.split("/")[0] not in TOP_LEVEL:
            yield "top_level", path, 1, "not a room of the house"
        if VAGUE_NAME.search(path):
            yield "vague_name", path, 1, "say what it is"
    for path, text in files.items():
        if path.endswith(".hpp") and not re.match(r"#pragma once\n//", text):
            yield "file_comment", path, 1, "begins with #pragma once and a comment: what it is, what it is not"
    numbers = [re.match(r"docs/decisions/(\d+)", path) for path in sorted(files)]
    for before, after in zip(numbers := [n for n in numbers if n], numbers[1:]):
        if before.group(1) == after.group(1):
            yield "decision_number", after.string, 1, f"{before.string} has this number: take the next one that is free"


def rule_types(files):
    """Two types of one name in one namespace: the linker keeps one's inline functions for both, and says nothing."""
    known = {}
    for path, text in files.items():
        if not path.endswith(".hpp") or not path.startswith(ROOMS):
            continue
        inside = ""
        for found in re.finditer(r"^namespace ([\w:]+) \{|^(?:struct|class|enum class) (\w+)\b(?!::)[^;{]*\{", code_only(text), re.M):
            if found.group(1):
                inside = found.group(1) if found.group(1).startswith("assay") else f"{path} {found.group(1)}"
                continue
            first = known.setdefault((inside, found.group(2)), path)
            if first != path:
                yield "type_twice", path, number_of(text, found.start()), f"{inside}::{found.group(2)} stands in {first} too"


def quoted_includes(text):
    return re.findall(r'^#include "([^"]+)"', text, re.M)


def reached_by_tests(files):
    """The headers that tests include, and those that such a header's own folder uses behind it."""
    own = {p: set(quoted_includes(t)) for p, t in files.items() if p.startswith(ROOMS) and re.search(CODE, p)}
    implemented = {}  # header -> sources; a source begins with the header it implements
    for path, text in files.items():
        if path.endswith(".cpp") and path.startswith(ROOMS):
            implemented.setdefault(next(iter(quoted_includes(text)), ""), []).append(path)
    waiting = {i for p, t in files.items() if p.startswith("tests/") for i in quoted_includes(t)}
    reached = set()
    while waiting:
        header = waiting.pop()
        reached.add(header)
        folder = header.rpartition("/")[0]
        behind = {i for p in (header, *implemented.get(header, [])) for i in own.get(p, ())}
        waiting |= {i for i in behind if i.rpartition("/")[0] == folder} - reached
    return reached


def rule_tests(files):
    reached = reached_by_tests(files)
    fuzz = "\n".join(t for p, t in files.items() if p.startswith("tests/fuzz/fuzz_"))
    targets = files.get("tests/fuzz/CMakeLists.txt", "")
    for path, text in files.items():
        if path.endswith(".cpp") and path.startswith(ROOMS) and not path.endswith("main.cpp") and path not in UNTESTED:
            header = next(iter(quoted_includes(text)), path.replace(".cpp", ".hpp"))
            if header not in reached and "tests/" + path.replace(".cpp", "_test.cpp") not in files:
                yield "untested", path, 1, f"no test includes {header}, nor what stands before it in its folder"
        if path.endswith(".hpp") and path.startswith(DECODER_ROOMS):
            for found in re.finditer(r"^[\w:<>,\s\[\]]*?\b((?:decode|parse)_\w+)\(", code_only(text), re.M):
                if found.group(1) not in UNFUZZED and not re.search(rf"\b{found.group(1)}\b", fuzz):
                    yield "unfuzzed", path, number_of(text, found.start(1)), f"no fuzz target calls {found.group(1)}"
        target = re.match(r"tests/fuzz/fuzz_(\w+)\.cpp$", path)
        if target and not re.search(rf"^assay_fuzz\({target.group(1)}\b", targets, re.M):
            yield "unfuzzed", path, 1, "not in tests/fuzz/CMakeLists.txt"


RULES = (rule_includes, rule_words, rule_sizes, rule_names, rule_types, rule_tests)

LONG = "int f(int a) {\n" + "    a += 1;\n" * 71 + "    return a;\n}\n"
# rule -> (what it must catch, a neighbour that it must let pass)
SELF_TEST = {
    "include_edge": [({"evidence/a.cpp": '#include "agent/x.hpp"'}, {"agent/a.cpp": '#include "evidence/x.hpp"'}),
                     ({"agent/a.cpp": '#include "collector/x.hpp"'}, {"collector/api/a.cpp": '#include "net/x.hpp"'}),
                     ({"collector/store/a.cpp": '#include "net/x.hpp"'}, {"collector/store/a.cpp": '#include "base/x.hpp"'}),
                     ({"net/a.cpp": '#include "collector/store/x.hpp"'}, {"net/a.cpp": '#include "net/x.hpp"'})],
    "include_path": [({"base/a.cpp": '#include "x.hpp"'}, {"base/a.cpp": '#include "base/x.hpp"'})],
    "seam": [({"collector/api/a.cpp": "#include <sqlite3.h>"}, {"collector/store/a.cpp": "#include <sqlite3.h>"}),
             ({"tests/policy/a.cpp": "#include <tss2/tss2_esys.h>"}, {"tests/agent/tpm/a.cpp": "#include <tss2/tss2_esys.h>"})],
    "pure": [({"policy/a.cpp": "auto t = system_clock::now();"}, {"agent/a.cpp": "auto t = system_clock::now();"}),
             ({"evidence/a.cpp": "#include <fstream>"}, {"evidence/a.cpp": "// ::now()"})],
    "banned_call": [({"net/a.cpp": "int x = atoi(s);"}, {"net/a.cpp": "// atoi(s)"}),
                    ({"net/a.cpp": "sprintf(b, s);"}, {"net/a.cpp": "snprintf(b, n, s);"})],
    "reinterpret_cast": [({"policy/a.cpp": "reinterpret_cast<char*>(p)"}, {"base/bytes.hpp": "reinterpret_cast<char*>(p)"})],
    "wildcard_capture": [({"net/a.cpp": "#include <boost/asio.hpp>\npost(io, [&] {});"},
                          {"net/a.cpp": "#include <boost/asio.hpp>\npost(io, [&io] {});"})],
    "lambda_in_co_await": [({"net/a.cpp": "co_await run([x] { f(x); });"}, {"net/a.cpp": "co_await run(items[i], x);"}),
                           ({"net/a.cpp": "co_await run(\n    1,\n    [x] { f(x); });"}, {"net/a.cpp": "co_await run();\nauto f = [x] { g(x); };"})],
    "bare_detached": [({"net/a.cpp": "co_spawn(io, f(), asio::detached);"}, {"net/a.cpp": "co_spawn(io, f(), log_end);"})],
    "uncovered": [({"collector/verifier/a.cpp": "if (event.type.shown() == x) f();"},
                   {"collector/cli/a.cpp": "print(event.type.shown());"})],
    "leftover": [({"docs/a.md": "TO" "DO: more"}, {"docs/a.md": "nothing to do"})],
    "host_path": [({"scripts/a": "cd /wor" "k/x"}, {"scripts/a": "cd build/work/x"})],
    "glob": [({"base/CMakeLists.txt": "file(GLOB x *.cpp)"}, {"base/CMakeLists.txt": "add_library(x a.cpp)"})],
    "file_length": [({"base/a.cpp": "\n" * 601}, {"tests/a.cpp": "\n" * 601})],
    "function_length": [({"base/a.cpp": LONG}, {"base/a.cpp": LONG.replace("+= 1;\n", "+= 1; ", 5)}),
                        ({"tests/a.py": "def f():\n" + "    x = 1\n" * 72}, {"tests/a.py": "def f():\n    x = 1\n" + "y = 1\n" * 72})],
    "top_level": [({"src/a.cpp": ""}, {"base/a.cpp": ""})],
    "vague_name": [({"net/http_utils.cpp": ""}, {"net/http.cpp": ""})],
    "file_comment": [({"net/a.hpp": "#pragma once\n#include <map>\n"}, {"net/a.hpp": "#pragma once\n// A map.\n"})],
    "decision_number": [({"docs/decisions/0002-a.md": "", "docs/decisions/0002-b.md": ""},
                         {"docs/decisions/0002-a.md": "", "docs/decisions/0003-b.md": ""})],
    "type_twice": [({"evidence/a.hpp": "#pragma once\n// A.\nnamespace assay {\nstruct X {\n};\n}",
                     "policy/b.hpp": "#pragma once\n// B.\nnamespace assay {\nclass X final {\n};\n}"},
                    {"evidence/a.hpp": "#pragma once\n// A.\nnamespace assay {\nstruct X;\nstruct X::Y {\n};\n}",
                     "policy/b.hpp": "#pragma once\n// B.\nnamespace assay::policy {\nclass X {\n};\n}",
                     "policy/c.hpp": "#pragma once\n// C.\nnamespace assay {\nclass X {\n};\n}"})],
    "untested": [({"net/a.cpp": ""}, {"net/a.cpp": "", "tests/net/b_test.cpp": '#include "net/a.hpp"'}),
                 ({"net/a.cpp": "", "net/b.hpp": "", "tests/net/b_test.cpp": '#include "net/b.hpp"'},
                  {"net/a.cpp": "", "net/b.cpp": '#include "net/b.hpp"\n#include "net/a.hpp"',
                   "tests/net/b_test.cpp": '#include "net/b.hpp"'})],
    "unfuzzed": [({"policy/a.hpp": "Result<A> decode_a(ByteView b);"},
                  {"policy/a.hpp": "Result<A> decode_a(ByteView b);", "tests/fuzz/fuzz_a.cpp": "decode_a(x)",
                   "tests/fuzz/CMakeLists.txt": "assay_fuzz(a LIBS x)"}),
                 ({"tests/fuzz/fuzz_b.cpp": ""}, {})],
}


def findings(files):
    return [finding for rule in RULES for finding in rule(files)]


def self_test():
    """A rule without a case here, or one that misses or over-reaches, is a failure of the test itself."""
    for rule, cases in SELF_TEST.items():
        for bad, good in cases:
            assert rule in {f[0] for f in findings(bad)}, f"rule {rule} misses {bad}"
            assert rule not in {f[0] for f in findings(good)}, f"rule {rule} over-reaches on {good}"
    named = set(re.findall(r'yield "(\w+)"', pathlib.Path(__file__).read_text())) | {b[0] for b in BANNED}
    assert named == set(SELF_TEST), f"without a self-test: {named ^ set(SELF_TEST)}"


def tree():
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=TOP, capture_output=True, text=True, check=True).stdout.split("\0")
    files = {}
    for path in filter(None, listed):
        file = TOP / path
        if file.is_symlink() or not file.is_file() or path.startswith(("tests/data/", "tests/fuzz/corpus/")):
            continue
        data = file.read_bytes()
        if b"\0" not in data[:8000]:
            files[path] = data.decode("utf-8", errors="replace")
    return files


def misformatted(files):
    sources = [p for p in files if re.search(CODE, p) and "Generated by" not in files[p][:400]]
    shown = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *sources], cwd=TOP, capture_output=True, text=True)
    return sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", shown.stderr, re.M)))


def main():
    self_test()
    only = sys.argv[2] if sys.argv[1:2] == ["-k"] else None
    files = tree()
    found = findings(files) + [("format", p, 1, f"run clang-format-19 -i {p}") for p in misformatted(files)]
    found = [f for f in found if only in (None, f[0])]
    for rule, path, line, message in found:
        print(f"{path}:{line}: {rule}: {message}")
    print(f"{len(files)} files, {len(SELF_TEST) + 1} rules, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
