"""Hold the engines to AVX2, as most desktops have it: `python -m tests.benchmarks.avx2 COMMAND…`.

TensorFlow has switches of its own: ONEDNN_MAX_CPU_ISA, and TF_ENABLE_ONEDNN_OPTS, which it leaves off by
itself on processors without AVX-512. XNNPACK (LiteRT), MLAS (ONNX Runtime) and OpenVINO ask the processor and
have no switch: `cpuid_avx2.c` answers them in its place.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

SITES = "AVX2_SITES"
# Of each package the libraries that choose among kernels.
LIBRARIES = {
    "ai_edge_litert": ("*.so",),
    "onnxruntime": ("capi/*.so",),
    "openvino": ("libs/libopenvino.so*", "libs/libopenvino_intel_cpu_plugin.so"),
}
_CPUID = re.compile(r"^\s*([0-9a-f]+):\s+cpuid\b")
SWITCHES = {"ONEDNN_MAX_CPU_ISA": "AVX2", "TF_ENABLE_ONEDNN_OPTS": "0"}


def held() -> bool:
    """Whether this process is held to AVX2."""
    return SITES in os.environ


def processor() -> str:
    """The class of the processor as the engines see it: what a figure of speed must name."""
    flags = _flags()
    best = next((name for flag, name in _CLASSES.items() if flag in flags), platform.machine())
    return f"AVX2 (held; the processor has {best})" if held() else best


_CLASSES = {
    "amx_int8": "AMX",
    "avx512_vnni": "AVX-512 with VNNI",
    "avx512f": "AVX-512",
    "avx_vnni": "AVX2 with VNNI",
    "avx2": "AVX2",
}


def _flags() -> set[str]:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def why_not() -> str:
    """Why the engines cannot be held here, "" where they can."""
    if "avx512f" not in _flags() and "avx_vnni" not in _flags():
        return "this processor has no more than AVX2, or is no Linux x86-64"
    missing = [tool for tool in ("cc", "objdump") if not shutil.which(tool)]
    return f"needs {' and '.join(missing)}" if missing else ""


@lru_cache(maxsize=1)
def environment() -> dict[str, str]:
    """What a process must be started with; the auditor is built and the libraries are looked through once."""
    folder = Path(tempfile.mkdtemp(prefix="lungview-avx2-"))
    auditor, sites = folder / "cpuid_avx2.so", folder / "sites"
    source = Path(__file__).with_name("cpuid_avx2.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(auditor), str(source)], check=True)
    sites.write_text("".join(f"{path} {address}\n" for path in _libraries() for address in _cpuids(path)))
    return SWITCHES | {"LD_AUDIT": str(auditor), SITES: str(sites)}


def _libraries() -> list[Path]:
    found: set[Path] = set()
    for package, patterns in LIBRARIES.items():
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            found |= {file.resolve() for pattern in patterns for file in Path(place).glob(pattern)}
    return sorted(found)


def _cpuids(library: Path) -> list[str]:
    """The addresses of every `cpuid` in a library."""
    command = ["objdump", "-d", "--no-show-raw-insn", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listing:
        assert listing.stdout is not None
        return [found[1] for line in listing.stdout if (found := _CPUID.match(line))]


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(f"the engines cannot be held to AVX2: {reason}")
    os.execvpe(sys.argv[1], sys.argv[1:], os.environ | environment())
