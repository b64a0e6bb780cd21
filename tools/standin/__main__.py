"""Serve the stand-in: `python -m tools.standin [--port N] [COMMAND ...]`.

With a command, serve while it runs and leave with its exit code; `{url}` in it
becomes the server's address. Without one, serve until interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from aiohttp import web

from tools import begun
from tools.answers import AnswersError
from tools.standin import PACE, application


async def _serve(port: int, command: list[str]) -> int:
    runner = web.AppRunner(application(pace=PACE))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        if not command:
            print(f"The stand-in answers at {url}", flush=True)
            await asyncio.Event().wait()
        process = await asyncio.create_subprocess_exec(
            *(word.replace("{url}", url) for word in command)
        )
        return await process.wait()
    finally:
        await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    try:
        return asyncio.run(_serve(arguments.port, arguments.command))
    except AnswersError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    begun()
    sys.exit(main())
