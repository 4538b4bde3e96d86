"""Shards as tasks of Ray: workers, nodes and drivers die, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from textmetrics.cli import main
from textmetrics.integrations.ray import ShardsError, score
from textmetrics.states import state_of

RAY = pytest.mark.integration("ray")
COMMAND = [sys.executable, "-m", "textmetrics", "score"]
STORE = 100 << 20
# Ray leaves its sockets and log files to the collector of garbage.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def shards(tmp_path, monkeypatch):
    """Files of different sizes, by relative names."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    chance = random.Random(5)
    words = ["the", "red", "fox", "ran", "over", "a", "hill", "before", "it", "rained"]
    for at in range(5):
        lines = []
        for record in range(40 * (at + 1)):
            said, gold = (" ".join(chance.choices(words, k=9)) for _ in range(2))
            lines.append(json.dumps({"id": f"{at}-{record}", "prediction": said, "answer": gold}))
        Path("in", f"{at}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [f"in/{at}.jsonl" for at in range(5)]


def one_process(shards):
    return state_of(*shards, lang="en").evaluations[0].to_dict()


def processes_with(text):
    """Return the ids of processes whose command line has a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if text in path.read_bytes().decode(errors="replace"):
                found.append(int(path.parent.name))
    return [pid for pid in found if pid != os.getpid()]


def gone(text, seconds=30):
    """Return whether no process has a text in its command line any more, or soon."""
    latest = time.monotonic() + seconds
    while processes_with(text):
        if time.monotonic() > latest:
            return False
        time.sleep(0.1)
    return True


# --- without Ray


def test_ray_is_loaded_only_when_it_is_used():
    code = "import sys, textmetrics.integrations.ray; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_ray_the_error_names_the_extra(shards, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match=r"textmetrics-eval\[ray\]"):
        score(shards, states="st", lang="en")
    assert main(["score", *shards, "--states", "st", "--lang", "en", "--ray"]) == 2
    shown = capsys.readouterr()
    assert "pip install 'textmetrics-eval[ray]'" in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ray"], "--ray needs a folder"),
        (["--ray", "auto"], "--ray needs a folder"),
        (["--states", "st", "--ray", "in/0.jsonl"], "name files before --ray"),
        (["--states", "st", "--ray", "auto", "--jobs", "2"], "cannot be combined"),
    ],
)
def test_options_that_do_not_fit(shards, capsys, arguments, message):
    assert main(["score", *shards, "--lang", "en", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_python_takes_one_preset(shards):
    with pytest.raises(ValueError, match="one name"):
        score(shards, states="st", lang="en", preset=["default", "squad"])


def test_states_that_are_there_need_no_ray(shards, monkeypatch):
    assert main(["score", *shards, "--states", "st", "--lang", "en", "--jobs", "1"]) == 0
    monkeypatch.setitem(sys.modules, "ray", None)
    found = score(shards, states="st", lang="en", all_tokens=True)
    assert found.n == 600


# --- a cluster of two nodes


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def cluster():
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": STORE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        head = {**node, "include_dashboard": False, "ray_client_server_port": free_port()}
        found = Cluster(initialize_head=True, head_node_args=head)
        session = Path(found.head_node.get_session_dir_path()).name
        try:
            found.add_node(**node)
            yield found
        finally:
            found.shutdown()
            assert gone(session), "processes of the cluster are left"


# In a worker, the first try of some files waits where its state would be written.
SLOW = """
import os, time
from pathlib import Path

def hook():
    from textmetrics.states import workers

    write = workers.write_state

    def slow(state, path):
        folder = Path(os.environ["TRIES"])
        name = state.sources[0].name.replace("/", "_")
        if name in os.environ["SLOW"].split(","):
            import ray
            try:
                (folder / name).touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                node = ray.get_runtime_context().get_node_id()
                (folder / (name + ".tmp")).write_text(f"{os.getpid()} {node}")
                (folder / (name + ".tmp")).rename(folder / (name + ".begun"))
                time.sleep(120)
        write(state, path)

    workers.write_state = slow
"""


@pytest.fixture
def connected(cluster, tmp_path):
    """Return a function that connects this process, and makes the first try of files slow."""
    import ray

    tries = tmp_path / "tries"
    tries.mkdir()
    (tries / "slow_writes.py").write_text(SLOW, encoding="utf-8")

    def connect(*slow):
        names = ",".join(each.replace("/", "_") for each in slow)
        variables = {"PYTHONPATH": str(tries), "TRIES": str(tries), "SLOW": names}
        ray.init(
            cluster.address,
            log_to_driver=False,
            logging_level="CRITICAL",
            runtime_env={"worker_process_setup_hook": "slow_writes.hook", "env_vars": variables},
        )
        return tries

    yield connect
    ray.shutdown()


def begun(tries, name):
    """Wait until a file is scored, and return the process and the node that do."""
    path = tries / f"{name.replace('/', '_')}.begun"
    latest = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < latest
        time.sleep(0.05)
    pid, node = path.read_text().split()
    return int(pid), node


def while_scoring(kill, *arguments):
    """Start a thread that kills something."""
    killer = threading.Thread(target=kill, args=arguments, daemon=True)
    killer.start()
    return killer


@RAY
def test_a_cluster_gives_the_numbers_of_one_process(cluster, shards):
    found = score("in/*.jsonl", states="st", lang="en", address=cluster.address)
    assert found.to_dict() == one_process(shards)
    assert len(list(Path("st").iterdir())) == len(shards)


@RAY
def test_a_worker_that_is_killed_costs_nothing(connected, shards):
    tries = connected("in/2.jsonl", "in/0.jsonl")

    def kill():
        for name in ("in/2.jsonl", "in/0.jsonl"):
            os.kill(begun(tries, name)[0], signal.SIGKILL)

    killer = while_scoring(kill)
    found = score(shards, states="st", lang="en")
    killer.join(60)
    assert found.to_dict() == one_process(shards)
    import ray

    assert ray.is_initialized()  # what was connected stays so


@RAY
def test_a_worker_that_always_dies_costs_its_shard_alone(connected, shards, capfd):
    tries = connected("in/1.jsonl")
    killer = while_scoring(lambda: os.kill(begun(tries, "in/1.jsonl")[0], signal.SIGKILL))
    with pytest.raises(ShardsError, match=r"in/1\.jsonl: its task was lost") as caught:
        score(shards, states="st", lang="en", ray_options={"max_retries": 0})
    killer.join(60)
    assert len(caught.value.errors) == 1
    assert len(list(Path("st").iterdir())) == len(shards) - 1
    assert score(shards, states="st", lang="en").to_dict() == one_process(shards)


@RAY
def test_broken_shards_do_not_cost_the_others(cluster, shards, capsys):
    whole = Path(shards[1]).read_text(encoding="utf-8")
    Path(shards[1]).write_text(whole[:-9], encoding="utf-8")
    Path(shards[3]).write_text("{}", encoding="utf-8")
    with pytest.raises(ShardsError, match=r"^in/.*2 of 5 shards could not be scored") as caught:
        score(shards, states="st", lang="en", address=cluster.address)
    assert {error.file for error in caught.value.errors} == {shards[1], shards[3]}
    command = ["score", *shards, "--states", "st", "--lang", "en", "--no-stopwords"]
    assert main([*command, "--ray", cluster.address, "--format", "json"]) == 3
    shown = capsys.readouterr()
    assert json.loads(shown.out)["n"] == 40 + 120 + 200
    assert len([line for line in shown.err.splitlines() if line.startswith("in/")]) == 2


@RAY
def test_a_driver_that_is_killed_loses_nothing(cluster, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = [f"{at}.jsonl" for at in range(6)]
    record = json.dumps({"prediction": "私は猫が好きですが、犬はあまり好きではありません。" * 4,
                         "answer": "私は犬が好きですが、猫は好きではありません。" * 4})  # fmt: skip
    for at, name in enumerate(names):
        Path(name).write_text("\n".join([record] * (1000 + at)), encoding="utf-8")
    arguments = [*names, "--states", "st", "--lang", "ja", "--format", "json"]
    with subprocess.Popen(
        [*COMMAND, *arguments, "--ray", cluster.address], stdout=subprocess.DEVNULL
    ) as driver:
        while not list(Path().glob("st/*.json")):
            assert driver.poll() is None
            time.sleep(0.01)
        driver.kill()
    assert main(["score", *arguments, "--ray", cluster.address]) == 0
    resumed = capsys.readouterr()
    assert 1 <= int(resumed.err.split()[2]) < 6  # states of N of 6 files are there already
    assert main(["score", *names, "--merge", "--lang", "ja", "--format", "json"]) == 0
    assert capsys.readouterr().out == resumed.out
    assert not [path.name for path in Path("st").iterdir() if path.suffix != ".json"]


@RAY
def test_an_address_of_a_client(cluster, shards, capsys):
    address = f"ray://127.0.0.1:{cluster.head_node._ray_params.ray_client_server_port}"
    command = [*COMMAND, *shards, "--states", "st", "--lang", "en", "--format", "json"]
    for _ in range(3):  # Ray's server for a client sometimes ends as soon as it is forked
        found = subprocess.run([*command, "--ray", address], capture_output=True, check=False)
        if found.returncode == 0:
            break
    assert not found.stderr
    assert main(["score", *shards, "--merge", "--lang", "en", "--format", "json"]) == 0
    assert capsys.readouterr().out == found.stdout.decode()


@RAY
def test_an_address_where_nothing_answers(cluster, shards, capsys):
    for address, message in (
        ("127.0.0.1:1", "refused"),
        ("ray://127.0.0.1:1", "refused"),
        ("nonsense", "Invalid address"),
    ):
        with pytest.raises(ConnectionError, match=message):
            score(shards, states="st", lang="en", address=address)
        assert main(["score", *shards, "--states", "st", "--lang", "en", "--ray", address]) == 2
        shown = capsys.readouterr().err
        assert shown.startswith(f"--ray: no Ray cluster answers at {address}: ")
        assert shown.count("\n") == 1


@RAY
def test_a_node_that_dies_costs_nothing(cluster, connected, shards, capfd):
    """The last test of the cluster, which has one node then."""
    tries = connected("in/4.jsonl", "in/3.jsonl")
    [other] = cluster.worker_nodes

    def kill():
        # Once both are begun, each of the nodes, of one CPU, has one of them.
        for pid, node in [begun(tries, name) for name in ("in/4.jsonl", "in/3.jsonl")]:
            if node == other.node_id:
                cluster.remove_node(other, allow_graceful=False)
            else:
                os.kill(pid, signal.SIGKILL)

    killer = while_scoring(kill)
    found = score(shards, states="st", lang="en")
    killer.join(60)
    assert not cluster.worker_nodes
    assert found.to_dict() == one_process(shards)


# --- Ray on this machine


@RAY
def test_ray_is_started_and_shut_down(shards, capsys):
    command = [*COMMAND, *shards, "--lang", "en", "--format", "json"]
    found = subprocess.run(
        [*command, "--states", "st", "--ray", "--jobs", "1"], capture_output=True, check=True
    )
    assert not found.stderr
    assert main([*command[3:], "--merge"]) == 0
    assert capsys.readouterr().out == found.stdout.decode()


@RAY
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ray_ends_with_the_command(tmp_path, monkeypatch, number):
    monkeypatch.chdir(tmp_path)
    record = json.dumps(
        {"prediction": "私は猫が好きですが、犬は好きではありません。" * 4, "answer": "猫"}
    )
    for at in range(3):
        Path(f"{at}.jsonl").write_text("\n".join([record] * 20000), encoding="utf-8")
    before = set(processes_with("raylet"))
    command = [*COMMAND, *(f"{at}.jsonl" for at in range(3)), "--lang", "ja", "--states", "st"]
    with subprocess.Popen(
        [*command, "--ray", "--jobs", "1"], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        while not processes_with("ray::_scored"):  # a task that runs
            assert started.poll() is None
            time.sleep(0.05)
        started.send_signal(number)
        said = started.communicate(timeout=60)
    assert started.returncode == {2: 130, 15: 143, 9: -9}[number]
    assert said == (b"", b"")
    latest = time.monotonic() + 30
    while left := set(processes_with("raylet")) - before:
        assert time.monotonic() < latest, left
        time.sleep(0.1)


@pytest.mark.integration("ray", "moto", "s3fs", "flask")
def test_states_in_a_bucket(shards, capsys, monkeypatch):
    from botocore.session import get_session
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, "us-east-1")
        client = get_session().create_client("s3")
        client.create_bucket(Bucket="states")
        for name in shards[:3]:
            client.put_object(Bucket="states", Key=name, Body=Path(name).read_bytes())
        inputs = [f"s3://states/{name}" for name in shards[:3]]
        command = [*COMMAND, *inputs, "--lang", "en", "--format", "json"]
        states = ["--states", "s3://states/st"]
        found = subprocess.run(
            [*command, *states, "--ray", "--jobs", "2"], capture_output=True, check=True
        )
        assert not found.stderr
        assert client.list_objects_v2(Bucket="states", Prefix="st/")["KeyCount"] == 3
        assert main([*command[3:], *states]) == 0
        again = capsys.readouterr()
        assert again.err == "states of 3 of 3 files are there already\n"
        assert again.out == found.stdout.decode()
    finally:
        server.stop()
