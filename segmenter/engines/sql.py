"""SQL files -> SQL text, and `:name` parameters -> what an engine binds."""

import re
from importlib.resources import files

from segmenter.engines.protocol import Parameters

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

# One alternative per kind of text in which a colon means nothing; only the last alternative is a parameter.
_PARAMETER = re.compile(
    r"""
      '(?:[^']|'')*'          # text literal
    | "(?:[^"]|"")*"          # quoted identifier
    | --[^\n]*                # comment to the end of the line
    | /\*.*?\*/               # comment between marks
    | ::                      # DuckDB's short cast
    | (?<![\w\]]):([A-Za-z_]\w*)   # :name, unless it ends a slice such as items[1:n]
    """,
    re.VERBOSE | re.DOTALL,
)


def read_sql(package: str, name: str) -> str:
    """Text of `name`.sql, which lies beside the modules of `package` ('segmenter.features')."""
    return files(package).joinpath(f"{check_table_name(name)}.sql").read_text(encoding="utf-8")


def check_table_name(name: str) -> str:
    """The name itself, if it is one of ours: lower case, digits, underscores. Raises ValueError otherwise."""
    if not TABLE_NAME.fullmatch(name):
        raise ValueError(f"A table is named in lower-case letters, digits and underscores; got {name!r}.")
    return name


def parameter_names(sql: str) -> tuple[str, ...]:
    """Names of the `:name` parameters of a text, each once, in order of appearance."""
    found = (match.group(1) for match in _PARAMETER.finditer(sql))
    return tuple(dict.fromkeys(name for name in found if name))


def dollar_parameters(sql: str) -> str:
    """The text with every `:name` written `$name`, which is how DuckDB binds by name."""
    return _PARAMETER.sub(lambda match: f"${match.group(1)}" if match.group(1) else match.group(0), sql)


def used_parameters(sql: str, parameters: Parameters) -> Parameters:
    """Those parameters that the text mentions. Raises ValueError naming any that are not given."""
    names = parameter_names(sql)
    missing = [name for name in names if name not in parameters]
    if missing:
        raise ValueError(f"The SQL text needs a value for :{', :'.join(missing)}.")
    return {name: parameters[name] for name in names}
