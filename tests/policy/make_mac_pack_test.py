#!/usr/bin/env python3
"""make-mac-pack chooses holders by exact name only, asks a person about look-alikes, and gives the same bytes again."""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = TOP / "scripts" / "make-mac-pack"
PACK = TOP / "policy" / "packs" / "mac-blocks.toml"
DATA = pathlib.Path("/usr/share/ieee-data")

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("make_mac_pack", str(SCRIPT))
make_mac_pack = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_mac_pack", loader))
loader.exec_module(make_mac_pack)

# Other companies whose names resemble a listed one's.
FALSE_FRIENDS = [
    "Aztech Electronics Pte Ltd", "ZTEX GmbH", "ZTEC Instruments, Inc.", "Nautel LTD", "Autelis, LLC",
    "Beijing Autelan Technology Inc.", "Shanghai Dahua Scale Factory", "SHENZHEN HONOR ELECTRONIC CO.,LTD",
    "Wuxi Zhongxing Optoelectronics Technology Co.,Ltd.", "Hikari Co.,Ltd.", "Symantec Corporation",
    "Unicom Global, Inc.", "UNICOMPUTER GMBH", "UniComm Inc.", "ARLOTTO COMNET, INC.", "FIRST PACIFIC NETWORKS, INC.",
    "Pixelfusion Ltd", "Fusion Micromedia Corp", "Sierra Semiconductor",
]
# Makers with a past, or whose services are listed: not these lists' hardware.
NOT_NAMED = [
    "Honor Device Co., Ltd.", "xFusion Digital Technologies Co., Limited", "New H3C Technologies Co., Ltd",
    "Hangzhou H3C Technologies Co., Limited", "Lorex Technology Inc.", "China Mobile Group Device Co.,Ltd.",
    "China Telecom Corporation Limited", "hangzhou huacheng network technology co., ltd",
    "Autel lntelligent Technology Corp.,Ltd", "Hangzhou Ezviz Software Co.,Ltd.",
    "Hangzhou Hikrobot Technology Co., Ltd.",
]


def choose(holder):
    return make_mac_pack.choose([("001122", holder)])


class Choosing(unittest.TestCase):
    def test_no_other_company_is_chosen(self):
        for holder in FALSE_FRIENDS + NOT_NAMED:
            with self.subTest(holder):
                try:
                    self.assertEqual(choose(holder), {})
                except make_mac_pack.Undecided:
                    pass  # a person is asked: it is not chosen either

    def test_a_new_spelling_is_a_persons_decision(self):
        for holder in ["Huawei Technologies Co.,Ltd", "ZTE CORPORATION", "Hangzhou Hikstorage Technology Co., Ltd."]:
            with self.subTest(holder), self.assertRaises(make_mac_pack.Undecided):
                choose(holder)

    def test_no_name_is_both_chosen_and_not(self):
        self.assertEqual(set(make_mac_pack.HOLDERS) & make_mac_pack.OTHERS, set())

    def test_a_block_that_is_none_is_refused(self):
        for block in ["00112", "0011223", "00:11:22", "ZZ1122", ""]:
            with self.subTest(block), self.assertRaises(ValueError):
                make_mac_pack.read_register("Registry,Assignment,Organization Name\nMA-L,%s,X\n" % block, 6)


@unittest.skipUnless((DATA / "oui.csv").exists(), "no ieee-data here")
class WithTheData(unittest.TestCase):
    def test_the_pack_is_what_the_data_gives(self):
        done = subprocess.run([SCRIPT, "--check", PACK], capture_output=True, text=True, check=False)
        if done.returncode == 77:
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_changed_pack_is_noticed(self):
        with tempfile.TemporaryDirectory() as place:
            other = pathlib.Path(place) / "other.toml"
            other.write_text(make_mac_pack.make(DATA)[1].replace('"00e0fc", ', "", 1), encoding="utf-8")
            done = subprocess.run([SCRIPT, "--check", other], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)

    def test_twice_gives_the_same_bytes(self):
        self.assertEqual(make_mac_pack.make(DATA), make_mac_pack.make(DATA))


if __name__ == "__main__":
    unittest.main()
