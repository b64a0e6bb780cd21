"""Do the tests of the tool that were merged, cut or moved still catch what they caught?

    python -m benchmarks.suite_faults_tool [--old FOLDER] [--only WORD]

Each fault is put into a copy of what is committed, and the test that is to catch it is
run there; what it does not catch is an escape, and the exit code is 1. `--old` names a
clone of the commit "README: how long the proofs take", in which the former test is run
with the same fault.
"""

# ruff: noqa: E501 - a fault is a row of a table

from __future__ import annotations

import sys

from benchmarks.faults import Fault, former, main

GUIDE = "get-started/integrations/litellm"
TOOL = "tests/docproof"
RECORD, TROUBLE, KILLED = (
    f"{TOOL}/record/test_{name}.py" for name in ("record", "trouble", "killed")
)
AGAIN, FORMER_AGAIN = (
    "tests/tools/test_again.py",
    "tests/test_recording.py::test_all_recordings_can_be_made_again_and_are_as_they_are_here",
)
ONE = f"{TOOL}/test_main.py::test_the_command_and_the_call_are_one"
LEAVES = f"{TOOL}/test_main.py::test_a_call_leaves_nothing_in_its_process_and_nothing_for_the_next_project"
GATE = "docproof/gate.py"
ASKED = "code/get-started/integrations/litellm/keys-and-supply-chain/asked_for.py"
ANEW = "import sys\n\nfor name in [*sys.modules]:\n    if name.startswith('litellm'):\n        del sys.modules[name]\n"


def same(
    name: str, file: str, old: str, new: str, test: str, was: str = "", was_in: str = ""
) -> Fault:
    """A fault that the same test has to catch, before and after."""
    return Fault(name, file, old, new, former(test), test, was, was_in)


FAULTS = [
    # record, called in the tests' process on a fork server that others use, too
    same("a secret's redactor takes nothing out", "docproof/sandbox/transport.py", "body = gate.redactor.body(bytes(self._body))", "body = bytes(self._body)", f"{RECORD}::test_nothing_planted_is_left_of_any_kind_of_answer", "body = gate.scrubber.body(b\"\".join(self._parts))", GATE),
    same("an answer may be of any size", "docproof/sandbox/transport.py", "LARGEST = 8 * 2**20", "LARGEST = 2**25", f"{TROUBLE}::test_an_answer_that_is_none_ends_in_one_line_that_says_so", was_in=GATE),
    same("a request goes to another address", "docproof/sandbox/transport.py", "            raise self.refused(f\"it sends a {method} to {url}, which is not below {where}\")", "            key = \"\" if where else self.key", f"{TROUBLE}::test_nothing_is_sent_to_another_address", was_in=GATE),
    same("two record one program at once", "docproof/record/record.py", "fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB", f"{TROUBLE}::test_two_recordings_of_one_program_at_once_are_refused"),
    same("what drifted is not said", "docproof/record/record.py", "drift.problems(name, old, made, self.target)", "[]", f"{TOOL}/record/test_compare.py::test_what_drifted_is_said_in_a_line", was="drift.problems(one.name, old, made, to)"),
    same("aiohttp's requests are not recorded", "docproof/sandbox/transport.py", "    _through_aiohttp(transport)\n", "", f"{TOOL}/record/test_round_trips.py", "    _through_aiohttp()\n", "docproof/clients.py"),
    same("the same answers are dated anew", "docproof/record/record.py", "not self.target.new_date and", "False and", f"{TOOL}/record/test_recording.py::test_the_same_answers_leave_the_recording_as_it_is_date_included", was="not to.new_date and"),
    same("a run that prints chance is recorded", "docproof/record/record.py", "if again.stdout != outcome.stdout:", "if False:", f"{TOOL}/record/test_recording.py::test_a_program_that_prints_something_else_each_time_is_refused"),
    # killed at a dozen moments by day, at 50 by night
    Fault("a file is written in its place, in two parts", "docproof/core/files.py", "                os.replace(unfinished[path], path)", "                text = unfinished[path].read_bytes()\n                for part in (text[: len(text) // 2], text[len(text) // 2 :]):\n                    with path.open(\"r+b\" if part != text[: len(text) // 2] else \"wb\") as file:\n                        file.seek(0, 2)\n                        file.write(part)\n                    __import__(\"time\").sleep(0.15)", former(f"{KILLED}::test_killing_it_at_any_moment_leaves_each_file_wholly_old_or_wholly_new"), f"{TOOL}/core/test_files.py"),
    Fault("a program goes on when record was killed", "docproof/sandbox/forkserver.py", "ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)", "pass", "", f"{KILLED}::test_a_program_that_waits_ends_with_whoever_recorded_it"),
    # all recordings by night, by day those whose makers changed
    Fault("the stand-in answers otherwise", "tools/standin/__init__.py", "PER_EVENT = 10", "PER_EVENT = 7", FORMER_AGAIN, AGAIN),
    Fault("an answer of the stand-in is another", f"tools/standin/answers/{GUIDE}/hello_litellm.yaml", "Buenos Aires", "Lima", FORMER_AGAIN, AGAIN),
    Fault("the recorder keeps a header less", "docproof/recordings/recording.py", '"retry-after", ', "", FORMER_AGAIN, AGAIN),
    Fault("a program asks for something else", f"code/{GUIDE}/hello_litellm.py", "capital of Argentina", "capital of Austria", FORMER_AGAIN, AGAIN),
    # one door: what the calls cannot see
    Fault("a command's exit code is lost", "docproof/__main__.py", "sys.exit(code)", "sys.exit()", "tests/test_check.py", f"{ONE}[check]"),
    Fault("what a call changed is there for the next", "docproof/cli.py", "signal.signal(signal.SIGTERM, before)", "pass", "", f"{LEAVES}[record]"),
    Fault("a call leaves its fork server running", "docproof/replay/runner.py", "self._server.close()\n        self._folder", "pass\n        self._folder", "", f"{LEAVES}[fix]"),
    same("check says that nothing is wrong", "docproof/cli.py", "    return 1 if text else 0", "    return 0", f"{TOOL}/test_check.py"),
    same("fix renews no output", "docproof/fix.py", "files.replace({path: texts[path] for path in before})", "pass", f"{TOOL}/replay/test_outputs.py", was="changes += filter(None, (_write(project, path, text) for path, text in kept.items()))"),
    Fault("the guide's program finds no price list", "docproof/replay/servers.py", ', "TMPDIR": home, **settings}', ', "TMPDIR": home}', "", "tests/test_keyless.py", was=', "TMPDIR": home, **project.environment}'),
    # pytest inside pytest
    same("a program that fails ends in a traceback", "docproof/pytest_plugin.py", "if isinstance(excinfo.value, _Wrong):", "if False:", f"{TOOL}/test_pytest_plugin.py"),
    same("a picture that is another is no problem", "docproof/replay/replay.py", "return [*([stale] if stale else []), *drawn]", "return [stale] if stale else []", f"{TOOL}/replay/test_pictures.py", was="                problems += pictures.compare(self.project, program, outcome.pictures)\n"),
    # longer limits, and a clock that a busy machine does not make late
    same("asyncio's timers are waited for", "docproof/sandbox/clock.py", "    _skip_timers(clock)\n", "", f"{TOOL}/sandbox/test_clock.py::test_recorded_seconds_pass_on_the_clock"),
    # claims, on the server that programs and pages use
    Fault("a claim that the program does not keep", f"code/{GUIDE}/fallbacks/another_model.py", "max_retries=0", "max_retries=1", f"tests/claims/{GUIDE}/test_fallbacks.py", f"tests/claims/{GUIDE}/test_fallbacks.py"),
    Fault("a program imports LiteLLM once more", ASKED, "litellm = importlib", f"{ANEW}litellm = importlib", "", "tests/claims/get-started/integrations/litellm/test_keys_and_supply_chain.py::test_it_has_to_be_in_place_before_the_import"),
]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(FAULTS))
