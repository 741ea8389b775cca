"""A folder is owned exactly as long as a process lives that holds it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psutil

from segmenter.workspace.owners import inherit, is_owned, own_new_folder
from tests.workspace.children import running, wait_until


def test_a_folder_is_owned_until_its_last_holder_lets_go(tmp_path):
    folder, descriptor = own_new_folder(tmp_path)
    assert is_owned(folder)
    assert inherit(folder) is None
    os.close(descriptor)
    assert not is_owned(folder)


def test_the_kernel_lets_go_when_the_owner_is_killed(tmp_path):
    def own(say):
        folder, _ = own_new_folder(tmp_path)
        say(str(folder))
        os.read(os.pipe()[0], 1)  # for ever

    with running(own) as child:
        folder = Path(child.next_line())
        assert is_owned(folder)
        child.kill()
        wait_until(lambda: not is_owned(folder), 2)


def test_a_child_that_is_handed_the_descriptor_owns_the_folder_too(tmp_path):
    folder, descriptor = own_new_folder(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(descriptor,))
    os.close(descriptor)
    assert is_owned(folder)
    child.communicate(b"\n")
    assert not is_owned(folder)


def test_an_heir_owns_and_only_one_inherits(tmp_path):
    folder, descriptor = own_new_folder(tmp_path)
    os.close(descriptor)
    heir = inherit(folder)
    assert heir is not None
    assert inherit(folder) is None
    assert is_owned(folder)
    os.close(heir)


def test_what_is_gone_or_no_folder_has_no_owner_and_no_heir(tmp_path):
    (tmp_path / "file").write_text("")
    assert not is_owned(tmp_path / "gone")
    assert inherit(tmp_path / "gone") is None
    assert inherit(tmp_path / "file") is None


def test_two_who_ask_at_once_do_not_take_each_other_for_the_owner(tmp_path):
    folder, descriptor = own_new_folder(tmp_path)
    os.close(descriptor)
    asking = os.open(folder, os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    assert not is_owned(folder)
    os.close(asking)


def test_asking_does_not_own(tmp_path):
    folder, descriptor = own_new_folder(tmp_path)
    os.close(descriptor)
    before = psutil.Process().num_fds()
    assert [is_owned(folder) for _ in range(20)] == [False] * 20
    assert psutil.Process().num_fds() == before
