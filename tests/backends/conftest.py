"""One local Spark for the whole run, and the tables that both engines read."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segmenter.engines.spark import start_session
from tests.backends.inputs import write_inputs

# For a few thousand rows, compiling each query or planning it anew would take longer than running it. What
# an expression means is the same, whether it is interpreted or compiled.
TINY_TABLES = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # The quick compiler only: no query runs long enough to be compiled well.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """A local session with one shuffle partition; skips without Java, unless CI promises that it is there."""
    java = shutil.which("java") or (Path(os.environ.get("JAVA_HOME", "/nowhere")) / "bin" / "java").exists()
    if not java and os.environ.get("CI") != "true":
        pytest.skip("needs Java 17 or newer (Debian: openjdk-17-jre-headless)")
    session = start_session("local[1]", memory="1GB", options=TINY_TABLES)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every table that any SQL file reads, made by the embedded engine where steps make it."""
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder, np.random.default_rng(7))
    return folder
