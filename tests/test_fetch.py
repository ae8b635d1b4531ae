"""Downloads over loopback HTTP: whole and verified, or nothing and a cure; killed at any point."""

import contextlib
import gzip
import hashlib
import http.server
import io
import lzma
import multiprocessing
import os
import random
import signal
import struct
import tarfile
import threading
import time
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bioseq_course.cli import app
from bioseq_course.datasets import (
    DataMissing,
    SequenceData,
    _fetch,
    _transfer,
    catalogue,
    mitochondria,
)
from bioseq_course.datasets import fetch_if_available as fetch_if_available_
from bioseq_course.datasets._fetch import Download, obtain
from bioseq_course.datasets._transfer import RemoteFile, holds

import numpy as np
import pytest
from typer.testing import CliRunner

CONTENT = np.random.default_rng(0).integers(0, 256, 200_000, dtype=np.uint8).tobytes()
NUM_KILLS = 180
posix_only = pytest.mark.skipif(os.name != "posix", reason="uses signals and users of POSIX")


def remote_file(url, content=CONTENT, **changes):
    """Describe a file with this content at this address."""
    fields = {
        "name": "toy/data.bin",
        "urls": (url,) if isinstance(url, str) else tuple(url),
        "sha256": hashlib.sha256(content).hexdigest(),
        "num_bytes": len(content),
        "mirror": "toy #1/data.bin",
        "download_bytes": len(content),
    }
    return RemoteFile(**(fields | changes))


def files_in(folder):
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers a path with the behaviour that the test put there."""

    def do_GET(self):
        self.server.hits[self.path] += 1
        with contextlib.suppress(ConnectionError):
            self.server.answers[self.path](self)

    def log_message(self, *_):
        pass

    def begin(self, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


def body(content, *, announced=None, stop=None, reset=False, **headers):
    """Send content; announce another length, stop early, or break the connection."""

    def answer(handler):
        length = {} if announced == "nothing" else {"Content_Length": announced or len(content)}
        handler.begin(**length, **headers)
        handler.wfile.write(content[:stop])
        handler.wfile.flush()
        if reset:  # lingering for 0 seconds: the client sees a reset, not an end
            time.sleep(0.05)
            handler.connection.setsockopt(
                http.server.socketserver.socket.SOL_SOCKET,
                http.server.socketserver.socket.SO_LINGER,
                struct.pack("ii", 1, 0),
            )
            handler.connection.close()

    return answer


def status(code):
    return lambda handler: handler.begin(code, Content_Length=0)


def redirect(path):
    return lambda handler: handler.begin(302, Location=path, Content_Length=0)


@pytest.fixture
def server(monkeypatch):
    """A server of this machine; ``server.answers[path]`` says what a path does."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as running:
        yield running


@contextlib.contextmanager
def serving():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # clients are killed on purpose
    server.daemon_threads = True
    server.answers, server.hits = {}, Counter()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no mirror."""
    monkeypatch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("BIOSEQ_COURSE_MIRROR", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def mirror(monkeypatch, cache, root):
    """The folder of real files that development and CI have; skips where there is none."""
    return real_mirror(root) or pytest.skip("no folder of real files beside the course")


def real_mirror(root):
    folder = Path(MIRROR if (MIRROR and not MIRROR.startswith("http")) else root / "../shared")
    folder = folder if MIRROR else folder / "datasets"
    return folder.resolve() if (folder / "uci_splice").is_dir() else None


MIRROR = os.environ.get("BIOSEQ_COURSE_MIRROR", "")


class TestGoodAnswers:
    def test_stored_whole_and_asked_once(self, server, cache):
        server.answers["/a"] = body(CONTENT)
        file = remote_file(server.url + "/a")
        path = obtain(file, cache, "")
        assert path.read_bytes() == CONTENT
        assert obtain(file, cache, "") == path and server.hits["/a"] == 1
        assert files_in(cache) == ["data.bin"]

    @pytest.mark.parametrize(
        ("sent", "headers"),
        [
            (gzip.compress(CONTENT), {}),
            (lzma.compress(CONTENT), {}),
            # a server may undo the compression of a .gz file on the way
            (gzip.compress(CONTENT), {"Content_Encoding": "gzip"}),
        ],
        ids=["gzip", "xz", "encoded"],
    )
    def test_compression_is_undone(self, server, cache, sent, headers):
        server.answers["/a"] = body(sent, **headers)
        assert obtain(remote_file(server.url + "/a"), cache, "").read_bytes() == CONTENT

    def test_one_file_of_a_zip(self, server, cache):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("other/data.bin", b"something else")
            archive.writestr("original/data.bin", CONTENT)
        server.answers["/a%20b.zip"] = body(buffer.getvalue())
        file = remote_file(server.url + "/a%20b.zip#original/data.bin")
        assert obtain(file, cache, "").read_bytes() == CONTENT

    def test_content_built_from_a_tar(self, server, cache):
        # In the order of the paths as texts: b/10 before b/2; c/x is not asked for.
        sent = tar_of({"top/b/2": b"two", "top/b/10": b"ten", "top/c/x": b"no"})
        server.answers["/a.tar.gz"] = body(sent)
        url = server.url + "/a.tar.gz#b/*"
        joined = remote_file(url, b"tentwo", build=lambda files: b"".join(files.values()))
        assert obtain(joined, cache, "").read_bytes() == b"tentwo"

    def test_a_damaged_stored_file_is_replaced(self, server, cache):
        server.answers["/a"] = body(CONTENT)
        file = remote_file(server.url + "/a")
        path = obtain(file, cache, "")
        path.write_bytes(CONTENT[:-1] + b"?")
        assert not holds(path, file)
        assert obtain(file, cache, "").read_bytes() == CONTENT and server.hits["/a"] == 2


def tar_of(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


ALTERED = CONTENT[:1000] + bytes([CONTENT[1000] ^ 1]) + CONTENT[1001:]
PAGE = b"<!DOCTYPE html><html>Log in to this network</html>"
BAD_ANSWERS = {
    "truncated, length announced": (body(CONTENT, stop=50_000), "connection broke after 4"),
    "truncated, length not announced": (
        body(CONTENT[:50_000], announced="nothing"),
        "50,000 bytes came, expected 200,000",
    ),
    "connection reset": (body(CONTENT, stop=50_000, reset=True), "connection broke after "),
    "empty": (body(b""), "0 bytes came, expected 200,000"),
    "one bit altered": (body(ALTERED), "SHA-256 is another"),
    "too long": (body(CONTENT + b"x"), "more than the expected 200,000 bytes"),
    "not found": (status(404), "the server answered 404"),
    "server error": (status(500), "the server answered 500"),
    "redirected to a page": (redirect("/login"), "it is a web page, perhaps of a network"),
    "truncated gzip": (body(gzip.compress(CONTENT)[:50_000]), "truncated or damaged archive"),
    "damaged gzip": (body(gzip.compress(b"A" * 900)[:-9] + b"123456789"), "damaged archive"),
    "truncated xz": (body(lzma.compress(CONTENT)[:50_000]), "truncated or damaged archive"),
    "bomb": (body(gzip.compress(b"0" * 30_000_000)), "more than the expected 200,000 bytes"),
}


class TestBadAnswers:
    @pytest.mark.parametrize(("answer", "reason"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
    def test_nothing_is_stored_and_the_message_helps(self, server, cache, answer, reason):
        server.answers |= {"/a": answer, "/login": body(PAGE), "/good": body(CONTENT)}
        with pytest.raises(DataMissing) as caught:
            obtain(remote_file(server.url + "/a"), cache, "")
        text = str(caught.value)
        assert reason in text and f"{server.url}/a" in text and "Nothing was stored" in text
        assert text.endswith("bioseq-course data fetch toy") and str(cache) in text
        assert files_in(cache) == []
        # the next address is tried, and a stored file survives a bad answer
        assert obtain(remote_file([server.url + "/a", server.url + "/good"]), cache, "").exists()
        assert obtain(remote_file(server.url + "/a"), cache, "").read_bytes() == CONTENT

    @pytest.mark.parametrize("member", ["missing/*", "b/*"])
    def test_an_archive_without_the_file_or_with_several(self, server, cache, member):
        server.answers["/a"] = body(tar_of({"t/b/1": b"1", "t/b/2": b"2"}))
        with pytest.raises(DataMissing, match=r"the archive has [02] files"):
            obtain(remote_file(f"{server.url}/a#{member}"), cache, "")

    def test_a_page_instead_of_an_archive(self, server, cache):
        server.answers["/a"] = body(PAGE)
        with pytest.raises(DataMissing, match="no archive came; it is a web page"):
            obtain(remote_file(f"{server.url}/a#b/*"), cache, "")

    def test_nobody_listens(self, cache):
        with pytest.raises(DataMissing, match="no connection"):
            obtain(remote_file("http://127.0.0.1:9/a"), cache, "")

    def test_interrupted_by_the_user(self, server, cache, monkeypatch):
        def stop(*_):
            raise KeyboardInterrupt

        server.answers["/a"] = body(CONTENT)
        monkeypatch.setattr(_transfer, "_compare", stop)
        with pytest.raises(KeyboardInterrupt):
            obtain(remote_file(server.url + "/a"), cache, "")
        assert files_in(cache) == []


class TestMirror:
    def test_a_folder_comes_first(self, server, cache, tmp_path):
        (tmp_path / "toy #1").mkdir()
        (tmp_path / "toy #1/data.bin").write_bytes(gzip.compress(CONTENT))
        file = remote_file(server.url + "/a")
        assert obtain(file, cache, str(tmp_path), download=False).read_bytes() == CONTENT
        assert not server.hits

    def test_an_address_comes_first_and_is_quoted(self, server, cache):
        server.answers["/mirror/toy%20%231/data.bin"] = body(CONTENT)
        file = remote_file(server.url + "/a")
        assert obtain(file, cache, server.url + "/mirror", download=False).exists()
        assert server.hits["/a"] == 0

    def test_the_original_is_asked_when_the_mirror_has_it_not(self, server, cache, tmp_path):
        server.answers["/a"] = body(CONTENT)
        file = remote_file(server.url + "/a")
        with pytest.raises(DataMissing, match=r"the file cannot be read \(No such file"):
            obtain(file, cache, str(tmp_path), download=False)
        assert obtain(file, cache, str(tmp_path)).exists() and server.hits["/a"] == 1

    def test_a_mirror_with_altered_content_is_refused(self, cache, tmp_path):
        (tmp_path / "toy #1").mkdir()
        (tmp_path / "toy #1/data.bin").write_bytes(ALTERED)
        with pytest.raises(DataMissing, match="SHA-256 is another"):
            obtain(remote_file(()), cache, str(tmp_path))
        assert files_in(cache) == []

    def test_a_mirror_that_is_no_folder_is_named(self, monkeypatch):
        monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", "/no/such/folder")
        with pytest.raises(ValueError, match="BIOSEQ_COURSE_MIRROR is '/no/such/folder', expected"):
            _fetch.mirror_address()


@contextlib.contextmanager
def without_rights():
    """Be a user without rights for a moment; root may write everywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestDisk:
    @posix_only
    def test_a_folder_that_is_read_only(self, server, monkeypatch, tmp_path_factory):
        server.answers["/a"] = body(CONTENT)
        folder = tmp_path_factory.mktemp("closed")
        closed = folder / "toy"
        closed.mkdir()
        file = remote_file(server.url + "/a")
        with contextlib.suppress(DataMissing):  # everything is imported before rights are given up
            obtain(remote_file(server.url + "/a", b"other"), folder, "")
        opened = [path for path in folder.parents if path.stat().st_mode & 0o5 != 0o5]
        modes = {path: path.stat().st_mode for path in opened}
        try:
            for path in opened:  # the temporary folder belongs to root alone
                path.chmod(0o755)
            folder.chmod(0o755)
            closed.chmod(0o555)
            with without_rights(), pytest.raises(DataMissing) as caught:
                obtain(file, folder, "")
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        assert "You may not write there (Permission denied)" in str(caught.value)
        assert "set BIOSEQ_COURSE_DATA to another folder" in str(caught.value)
        assert files_in(folder) == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device /dev/full")
    @pytest.mark.parametrize("which", [0, 1], ids=["arriving", "unpacking"])
    def test_a_full_disk(self, server, cache, monkeypatch, which):
        # The temporary file is a link to a device on which every write fails with ENOSPC.
        lend, number = _transfer._unfinished, iter(range(2))

        @contextlib.contextmanager
        def full(target):
            with lend(target) as path:
                if next(number) == which:
                    path.symlink_to("/dev/full")
                yield path

        monkeypatch.setattr(_transfer, "_unfinished", full)
        server.answers["/a"] = body(CONTENT)
        with pytest.raises(DataMissing, match=r"The disk is full\. Free 0\.4 MB or more") as caught:
            obtain(remote_file(server.url + "/a"), cache, "")
        assert "set BIOSEQ_COURSE_DATA to another folder" in str(caught.value)
        assert list(cache.rglob("*.*")) == []

    def test_a_file_where_the_folder_should_be(self, server, cache):
        server.answers["/a"] = body(CONTENT)
        cache.write_text("in the way")
        with pytest.raises(DataMissing, match=r"cannot be stored .* The system said"):
            obtain(remote_file(server.url + "/a"), cache, "")
        assert cache.read_text() == "in the way"

    def test_leftovers_of_the_dead_are_removed_and_those_of_the_living_stay(self, server, cache):
        dead = multiprocessing.get_context("spawn").Process(target=int)
        dead.start()
        dead.join()
        host = _transfer._host()
        names = {
            f".x.{host}-{dead.pid}-1.unfinished": False,
            f".x.{host}-{os.getpid()}-99.unfinished": True,
            f".x.elsewhere-{dead.pid}-1.unfinished": True,
            f".old.elsewhere-{dead.pid}-1.unfinished": False,
            ".notes.txt": True,
        }
        (cache / "toy").mkdir(parents=True)
        for name in names:
            (cache / "toy" / name).write_text("half")
        days_ago = time.time() - 2 * 24 * 3600
        os.utime(cache / "toy" / f".old.elsewhere-{dead.pid}-1.unfinished", (days_ago, days_ago))
        server.answers["/a"] = body(CONTENT)
        obtain(remote_file(server.url + "/a"), cache, "")
        assert files_in(cache) == sorted(["data.bin", *(n for n, stays in names.items() if stays)])


@pytest.fixture(scope="module")
def processes():
    """Quick new processes: forked from one that has imported what a download needs."""
    if os.name != "posix":
        pytest.skip("forked processes need POSIX")
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.setdefault(name, "127.0.0.1")
    context = multiprocessing.get_context("forkserver")
    needed = ["pooch", "requests", "rich.progress", "psutil", "bioseq_course.datasets._progress"]
    context.set_forkserver_preload(["pytest", "bioseq_course.datasets._fetch", *needed])
    return context


def slowly(content, pause, after=lambda sent: None):
    """Send in small pieces; ``after`` is told how much has gone."""

    def answer(handler):
        handler.begin(Content_Length=len(content))
        for start in range(0, len(content), 8192):
            after(start)
            handler.wfile.write(content[start : start + 8192])
            handler.wfile.flush()
            time.sleep(pause)
        after(len(content))

    return answer


def test_processes_at_once_all_end_with_the_file(server, cache, processes):
    server.answers["/a"] = slowly(CONTENT, 0.002)
    file = remote_file(server.url + "/a")
    for number in range(3):
        folder = cache / str(number)
        workers = [processes.Process(target=obtain, args=(file, folder, "")) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0] * 4
        assert (folder / "toy/data.bin").read_bytes() == CONTENT
        assert files_in(folder) == ["data.bin"]
    assert server.hits["/a"] > 3  # they did download at the same time


class Killer:
    """Kills a downloading process after so many bytes, or so many seconds after the last one."""

    def __init__(self):
        self.known = threading.Event()
        self.victim, self.num_bytes, self.wait = 0, 0, 0.0

    def aim(self, num_bytes, wait):
        self.known.clear()
        self.num_bytes, self.wait = num_bytes, wait

    def after(self, sent):
        self.known.wait(5)
        if sent >= self.num_bytes:
            time.sleep(self.wait)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.victim, signal.SIGKILL)


def left_by_the_dead(folder, file):
    """Say what a killed process left: "nothing", "part", "whole" (a temporary file), "stored"."""
    target = folder / file.name
    if target.exists():
        return "stored" if holds(target, file) else "BAD"
    sizes = [path.stat().st_size for path in folder.rglob("*.unfinished")]
    if not sizes or not max(sizes):
        return "nothing"
    return "whole" if max(sizes) == file.num_bytes else "part"


def test_killed_at_many_points_it_leaves_nothing_bad(server, cache, processes, root):
    """Real splice junctions where the mirror is there, else bytes; killed, then fetched again."""
    real = real_mirror(root)
    content = (real / "uci_splice/splice.data").read_bytes() if real else CONTENT
    killer, rng, left = Killer(), random.Random(0), Counter()
    server.answers["/a"] = slowly(content, 0.0005, killer.after)
    server.answers["/good"] = body(content)
    file = remote_file(server.url + "/a", content)
    for number in range(NUM_KILLS):
        # Two of three die somewhere on the way, the third while unpacking, verifying, renaming.
        late = number % 3 == 2
        killer.aim(len(content) if late else rng.randrange(len(content)), rng.random() * 0.008)
        process = processes.Process(target=obtain, args=(file, cache, ""))
        process.start()
        killer.victim = process.pid
        killer.known.set()
        process.join()
        left[left_by_the_dead(cache, file)] += 1
        (cache / file.name).unlink(missing_ok=True)
    print(f"\n{NUM_KILLS} downloads killed; left behind: {dict(left)}")
    assert left["BAD"] == 0 and left["part"] >= NUM_KILLS // 3 and sum(left.values()) == NUM_KILLS
    path = obtain(remote_file(server.url + "/good", content), cache, "")
    assert path.read_bytes() == content and files_in(cache) == ["data.bin"]


def fetch_toy(number=1, *, download=True):
    """Stand for a fetch function of the course."""
    if number != 1:
        raise ValueError("number must be 1")
    toy = Download("toy", (remote_file(()),), "a test", "none", "nobody")
    (path,) = toy.obtain(download=download)
    return SequenceData([path.read_bytes()[:3].hex()], **toy.history())


class TestInNotebooks:
    def test_missing_without_a_mirror_prints_the_command(self, cache, capsys):
        assert fetch_if_available_(fetch_toy) is None
        printed = capsys.readouterr().out
        assert "is not on this computer yet" in printed and str(cache / "toy/data.bin") in printed
        assert "bioseq-course data fetch toy" in printed and "are left out" in printed

    def test_missing_with_a_mirror_fails(self, cache, monkeypatch, tmp_path):
        monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", str(tmp_path))
        with pytest.raises(DataMissing, match="bioseq-course data fetch toy"):
            fetch_if_available_(fetch_toy)

    def test_data_of_a_mirror_and_then_of_the_cache(self, cache, monkeypatch, tmp_path):
        (tmp_path / "toy #1").mkdir()
        (tmp_path / "toy #1/data.bin").write_bytes(CONTENT)
        monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", str(tmp_path))
        first = fetch_if_available_(fetch_toy, 1)
        monkeypatch.delenv("BIOSEQ_COURSE_MIRROR")
        assert first.sequences == fetch_if_available_(fetch_toy).sequences == (CONTENT[:3].hex(),)
        assert first.licence == "none"

    def test_a_damaged_file_is_said_to_be_damaged(self, cache, capsys):
        (cache / "toy").mkdir(parents=True)
        (cache / "toy/data.bin").write_bytes(b"half")
        assert fetch_if_available_(fetch_toy) is None
        assert "The data set toy is damaged" in capsys.readouterr().out

    def test_no_address_is_asked(self, server, cache):
        with pytest.raises(DataMissing):
            obtain(remote_file(server.url + "/a"), cache, "", download=False)
        assert not server.hits

    def test_other_errors_are_not_hidden(self, cache):
        with pytest.raises(ValueError, match="number must be 1"):
            fetch_if_available_(fetch_toy, 2)


class TestCommands:
    @staticmethod
    def call(*arguments):
        return CliRunner().invoke(app, ["data", *arguments])

    def test_list_fetch_verify(self, cache, mirror, monkeypatch):
        assert "to download, 0.32 MB" in self.line("uci_splice")
        assert "size" not in self.line("gene_families ") and "installed" in self.line("crp_sites")
        monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", str(mirror))
        fetched = self.call("fetch", "uci_splice", "uci_promoters")
        assert fetched.exit_code == 0 and "uci_splice: verified, in" in fetched.output
        assert "cached" in self.line("uci_splice")
        verified = self.call("verify")
        here = 2 + sum(entry.download is None for entry in catalogue.DATASETS)
        assert verified.exit_code == 0
        assert f"{here} of {here} data sets are as expected" in verified.output
        stored = cache / "uci_splice/splice.data"
        stored.write_bytes(stored.read_bytes()[:-1])
        damaged = self.call("verify")
        assert damaged.exit_code == 1 and f"{here - 1} of {here} data sets" in damaged.output
        assert "Fetch it anew: bioseq-course data fetch uci_splice" in damaged.output
        assert "damaged" in self.line("uci_splice")
        assert self.call("fetch", "uci_splice").exit_code == 0
        assert self.call("verify").exit_code == 0

    def line(self, name):
        output = self.call("list").output
        return next(line for line in output.splitlines() if line.startswith(name))

    def test_a_failed_download_does_not_stop_the_others(self, cache, monkeypatch):
        tried = []

        def refuse(address, file, target):
            tried.append(file.data_set)
            raise _transfer.Refused("the server answered 404")

        monkeypatch.setattr(_fetch, "transfer", refuse)
        result = self.call("fetch", "all")
        downloads = [entry.name for entry in catalogue.DATASETS if entry.download]
        assert result.exit_code == 1 and list(dict.fromkeys(tried)) == downloads
        assert result.output.count("404") == len(tried)

    def test_names_that_cannot_be_fetched(self):
        with pytest.raises(ValueError, match="'crp_sites' came with the installation"):
            catalogue.choose(["crp_sites"])
        with pytest.raises(ValueError, match=r"'nonsense' is not known.*uci_splice"):
            catalogue.choose(["nonsense"])
        assert self.call("fetch").exit_code == 2


def test_every_record_is_complete():
    """Pinned addresses, digests, sizes, a licence and a citation; names that agree."""
    for entry in catalogue.DATASETS:
        if entry.download is None:
            continue
        assert entry.download.name == entry.name
        for text in (entry.licence, entry.download.licence, entry.download.citation):
            assert text
        for file in entry.download.files:
            assert file.data_set == entry.name and len(file.sha256) == 64 and file.num_bytes > 0
            assert all(url.startswith("https://") and " " not in url for url in file.urls)


class TestRealFiles:
    def test_all_data_sets_from_a_mirror_over_http(self, server, cache, mirror, monkeypatch):
        def send(handler):
            path = mirror / handler.path.lstrip("/")
            body(path.read_bytes())(handler) if path.is_file() else handler.begin(404)

        server.answers = type("Anything", (), {"__getitem__": lambda *_: send})()
        monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", server.url)
        for entry in catalogue.DATASETS:
            if entry.download is not None:
                assert entry.where() == "to download" and entry.verify() == ""
                assert len(entry.load()) == entry.rows and entry.where() == "cached"
        downloads = [entry.download for entry in catalogue.DATASETS if entry.download]
        assert server.hits.total() == sum(len(download.files) for download in downloads)

    def test_genomes_are_put_together_from_a_repository(self, server, cache, mirror):
        # Upstream numbers its files through, class by class. Looked up there by hand: M37 of the
        # bats is NC_005436.1, M688 of the rodents NC_001913.1, M10 of the xenarthrans NC_028557.1.
        merged = gzip.decompress((mirror / "mtdna_mldsp/mammalia_mtdna.fa.gz").read_bytes())
        groups = {}
        for record in merged.decode().split(">")[1:]:
            group, _, text = record.partition("|")
            groups.setdefault(group.replace("_", " "), []).append(text)
        files, number = {}, 1
        for group in ("Xenarthrans", *sorted(set(groups) - {"Xenarthrans"})):
            numbers = sorted(str(n) for n in range(number, number + len(groups[group])))
            number += len(numbers)
            for n, text in zip(numbers, groups[group], strict=True):
                path = f"MLDSP-69be63e5/DataBase/Mammalia/{group}/M{n}.txt"
                files[path] = f">{text}\n".encode()
        assert files[path_of("Bats", 37)].startswith(b">NC_005436.1\n")
        assert files[path_of("Rodents and Rabbits", 688)].startswith(b">NC_001913.1\n")
        assert files[path_of("Xenarthrans", 10)].startswith(b">NC_028557.1\n")
        server.answers["/MLDSP"] = body(tar_of(dict(reversed(files.items()))))
        (file, _) = mitochondria.DOWNLOAD.files
        here = replace(
            file, urls=(file.urls[0].replace(mitochondria._REPOSITORY, server.url + "/MLDSP"),)
        )
        assert obtain(here, cache, "").stat().st_size == 13_976_991

    def test_the_table_of_suborders_is_made_from_a_repository(self, server, cache, mirror):
        table = (mirror / "mtdna_mldsp/primates_suborder.tsv").read_text().splitlines()[1:]
        # H1, H10, H100, H101, ... in the order of the paths as texts, as upstream numbers them.
        numbers = iter(
            [*sorted(f"H{n}" for n in range(1, 116)), *sorted(f"S{n}" for n in range(1, 34))]
        )
        files = {}
        for row in table:
            accession, suborder = row.split("\t")
            files[f"t/DataBase/Primates/{suborder}/{next(numbers)}.txt"] = (
                f">{accession}\nACG\n\n".encode()
            )
        assert len(files) == 148
        server.answers["/MLDSP"] = body(tar_of(files))
        (_, file) = mitochondria.DOWNLOAD.files
        here = replace(
            file, urls=(file.urls[0].replace(mitochondria._REPOSITORY, server.url + "/MLDSP"),)
        )
        assert obtain(here, cache, "").read_text().splitlines()[1:] == table


def path_of(group, number):
    return f"MLDSP-69be63e5/DataBase/Mammalia/{group}/M{number}.txt"
