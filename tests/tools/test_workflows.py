"""What GitHub runs; `make lint` reads the same files against GitHub's schema."""

import re
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github/workflows"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.iterdir()
}
BY_COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def steps(name):
    """The steps of all jobs of a workflow."""
    return [s for job in WORKFLOWS[name]["jobs"].values() for s in job.get("steps", [])]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_an_action_of_others_is_pinned_by_its_commit_and_says_its_version(name):
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used and all(BY_COMMIT.fullmatch(action) for action in used)
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert len(re.findall(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+\n", text)) == len(used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_write_only_where_it_says_so_and_every_job_ends(name):
    assert WORKFLOWS[name]["permissions"]["contents"] == "read"
    jobs = WORKFLOWS[name]["jobs"].values()
    assert all("timeout-minutes" in job or "uses" in job for job in jobs)


@pytest.mark.parametrize("name, job", [("publish", "publish"), ("release", "release")])
def test_nothing_is_published_before_the_tests_pass(name, job):
    assert WORKFLOWS[name]["jobs"][job]["needs"] == "test"
    assert WORKFLOWS[name]["jobs"]["test"] == {"uses": "./.github/workflows/ci.yml"}


def test_the_whole_suite_runs_with_the_network_cut_in_earnest():
    commands = [step.get("run", "") for step in steps("ci")]
    assert ".ci/run" in commands
    freed = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    assert commands.index(freed) < commands.index(".ci/run")
    program = FOLDER.parents[1].joinpath(".ci/run").read_text(encoding="utf-8")
    assert "unshare -rn true || {" in program and "exit 1" in program


def test_each_week_what_is_rare_the_oldest_torch_and_the_addresses_are_tried():
    commands = [step.get("run", "") for step in steps("weekly")]
    assert {"make test-all", "make test-oldest TORCH=--torch", "make links"} <= {*commands}
