"""Words that were meant to do harm: in names, in headers, in cells."""

# File names that climb, hide, name devices or other machines, or are encoded once or twice.
NAMES = (
    "../../etc/passwd", "../secret.csv", "..\\..\\boot.ini", "..", ".", "/etc/shadow", "//etc/shadow",
    "C:\\Windows\\win.ini", "C:/Windows/win.ini", "%2e%2e%2fsecret.csv", "%252e%252e%252fsecret.csv",
    "..%c0%afsecret.csv", "....//....//secret.csv", "a/../../b.csv", "a/b/c.csv", "con", "CON.csv", "nul.txt",
    "AUX", "com1.csv", "LPT9.csv", "a\x00b.csv", "\x00", "line\nbreak.csv", "cr\rlf\r\n.csv", "tab\tname.csv",
    "\x1b[31mred.csv", "\u202egnp.csv", "\\\\server\\share\\x.csv", "." * 40, ".hidden", "-rf.csv",
    "~root.csv", "x" * 300 + ".csv", "a" * 100 + "." + "b" * 100, "", " ", "$(id).csv", "; rm -rf *.csv",
    "`id`.csv", "file:///etc/passwd", "http://evil.example/x.csv", "\uff0e\uff0e\uff0fx.csv",
)  # fmt: skip

# Titles of columns that were meant for SQL, for Python's formatting, for JSON, for pages or for spreadsheets.
HEADERS = (
    "'; DROP TABLE customers; --", '"; DROP TABLE customers; --', "x' OR '1'='1", "1; SELECT * FROM secrets",
    'a" FROM read_csv(\'/etc/passwd\') --', "') UNION SELECT 1 --", "/* comment */", "--", "c0", "row",
    "source_row",
    "customer_id); COPY t TO '/tmp/x", "$$; ATTACH '/tmp/x'; $$", ":cutoff", "$value", "?", "%s", "{0}",
    "{__class__.__mro__}", "%(name)s", "__proto__", "constructor", "a\"b", "a'b", "a`b", "a\\b",
    "SELECT", "*",
    "=1+1", "<script>window.__xss=1</script>", "x\u202ey",
)  # fmt: skip

# Cells that a spreadsheet would run.
FORMULAS = (
    *(f"{sign}1+1" for sign in ("=", "+", "-", "@", "\t=", "\r=", "\uff1d", "\uff0b", "\uff0d", "\uff20")),
    "=cmd|' /C calc'!A0", "  =1+1", "@SUM(1)", '=HYPERLINK("http://evil.example","x")',
    "-2+3+cmd|' /C calc'!A0", "=IMPORTXML(1)", '=WEBSERVICE("http://evil.example")', "+4912345", "-1",
    "=A1&B1", "@A1", "==1", "=+1",
    "-=1", "=\"a\"&\"b\"", "=1;2", "=DDE(1)", "+=1", "@=1", "=TODAY()", "=1,=2",
)  # fmt: skip
