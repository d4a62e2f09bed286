#!/usr/bin/env python3
"""Makes the broken and hostile inputs beside this script, of the small sound images in whole/.

images/   files of which each becomes an image or is listed with its reason, the others beside it
inputs/   archives, arrays and lists, each of which is read as far as it is sound or refused in a sentence
folders/  data sets in folders of their own, likewise
tables/   tables of labels, likewise

Run it after a change here, and commit what it writes. Same script, same bytes.
"""

import gzip
import io
import pathlib
import shutil
import struct
import tarfile
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent


def write(name, content):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width=12, height=12, depth=8, kind=2, rows=None, before=b"", end=True, interlace=0):
    if rows is None:
        rows = b"".join(b"\0" + bytes((x * 20, y * 20, 90)[c] for x in range(width) for c in range(3)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), before]
    if rows:
        parts.append(chunk(b"IDAT", zlib.compress(rows, 9)))
    if end:
        parts.append(chunk(b"IEND", b""))
    return b"".join(parts)


def bmp(width=12, height=12, depth=24, compression=0, data=None, size=40, used=0, offset=54):
    if data is None:
        data = b"".join(bytes((90, y * 20, x * 20)[c] for x in range(12) for c in range(3)) for y in range(12))
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, depth, compression, 0, 0, 0, used, 0)
    return b"BM" + struct.pack("<III", 54 + len(data), 0, offset) + head + data


def tiff(entries, data=b"", order="<", next_directory=0):
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHII", tag, kind, count, value)
    body += struct.pack(order + "I", next_directory)
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + body + data


def tiff_of(width, height, samples=1, bits=8, photometric=1, compression=1, strips=1, bytes_=64):
    return tiff([(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, compression), (262, 3, 1, photometric),
                 (273, 4, strips, 134), (277, 3, 1, samples), (278, 4, 1, height), (279, 4, strips, bytes_)], b"\x50" * bytes_)


def images():
    sound = {p.name: p.read_bytes() for p in sorted((HERE / "whole").iterdir())}
    sound["image.png"] = png()
    sound["image.bmp"] = bmp()
    sound["image.ppm"] = b"P6 12 12 255\n" + bytes(range(144)) * 3
    sound["image.pgm"] = b"P2 4 4 15\n" + b"1 2 3 4 " * 4
    sound["image.svg"] = b"<svg xmlns='http://www.w3.org/2000/svg' width='12' height='12'><rect width='6' height='12'/></svg>"
    for name, content in sound.items():
        stem, end = name.split(".")
        for eighths in (0, 1, 3, 5, 7):
            write(f"images/cut/{stem}-{eighths}.{end}", content[: max(len(content) * eighths // 8, 4)])
        bent = bytearray(content)
        for at in range(len(bent) // 2, len(bent), 7):
            bent[at] ^= 0xFF
        write(f"images/bent/{stem}.{end}", bytes(bent))
        head = bytearray(content)
        for at in range(8, min(len(head), 40), 3):
            head[at] ^= 0x80
        write(f"images/bent/{stem}-head.{end}", bytes(head))
        write(f"images/long/{stem}.{end}", content + b"\0trailing" * 9)
    write("images/empty.png", b"")
    write("images/one byte.jpg", b"\xff")
    write("images/zeros.png", bytes(3000))
    write("images/ones.webp", b"\xff" * 3000)
    write("images/text.jpg", b"Not a picture at all.\n")
    write("images/page.png", b"<!DOCTYPE html><html><body>404 Not Found<svg></svg></body></html>")
    write("images/pointer.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n")
    write("images/data.json", b'{"a": [1, 2]}')
    for name, start in {"jpg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF89a", "webp": b"RIFF\0\0\0\0WEBP",
                        "tif": b"II*\0", "big.tif": b"II+\0\x08\0\0\0", "bmp": b"BM", "jxl": b"\xff\x0a",
                        "jp2": b"\0\0\0\x0cjP  \r\n\x87\n", "j2k": b"\xff\x4f\xff\x51", "avif": b"\0\0\0\x1cftypavif",
                        "heic": b"\0\0\0\x18ftypheic", "ppm": b"P6 ", "pbm": b"P1\n#", "svg": b"<svg ", "ico": b"\0\0\1\0",
                        "psd": b"8BPS\0\1", "pdf": b"%PDF-1.7\n", "exr": b"\x76\x2f\x31\x01", "hdr": b"#?RADIANCE\n",
                        "dcm": bytes(128) + b"DICM", "fits": b"SIMPLE  =", "qoi": b"qoif", "mp4": b"\0\0\0\x18ftypisom",
                        "avi": b"RIFF\0\0\0\0AVI ", "zip": b"PK\3\4", "gz": b"\x1f\x8b\x08", "npy": b"\x93NUMPY\1\0"}.items():
        write(f"images/begin/only.{name}", start)
        write(f"images/begin/zeros.{name}", start + bytes(600))
        write(f"images/begin/ones.{name}", start + b"\xff" * 600)
    # Files whose content goes on behind what a library takes to be their end.
    write("images/notes.gz", gzip.compress(b"hello", mtime=0) + b"trailing bytes after the end of the stream" * 3)
    write("images/bomb.gz", gzip.compress(bytes(20_000_000), mtime=0))
    bombs()
    drawings()


def bombs():
    write("images/bombs/60000 x 60000.png", png(60000, 60000, rows=b"\0"))
    write("images/bombs/no pixels.png", png(60, 60, rows=b""))
    write("images/bombs/0 x 9.png", png(0, 9, rows=b"\0"))
    write("images/bombs/2^31.png", png(2**31 - 1, 1, rows=b"\0"))
    write("images/bombs/zeros.png", png(6000, 6000, depth=1, kind=0, rows=bytes(6000 * 751)))
    write("images/bombs/interlaced.png", png(16000, 16000, depth=1, kind=0, rows=b"\0" * 99, interlace=1))
    write("images/bombs/text.png", png(before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(9_000_000), 9))))
    write("images/bombs/profile.png", png(before=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(9_000_000), 9))))
    write("images/bombs/palette.png", png(12, 12, kind=3))
    write("images/bombs/needle.png", png(20000, 1, rows=b"\0" + bytes(60000)))
    write("images/bombs/65535.gif", b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff" + b",\0\0\0\0" +
          struct.pack("<HH", 65535, 65535) + b"\0\2\2\x44\1\0;")
    write("images/bombs/65535.jpg", bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108ffffffff03012200021101031101ffd9"))
    write("images/bombs/30000.bmp", bmp(30000, 30000))
    write("images/bombs/minus.bmp", bmp(-12, 12))
    write("images/bombs/least.bmp", bmp(12, -(2**31)))
    write("images/bombs/offset.bmp", bmp(offset=2**32 - 1))
    write("images/bombs/palette.bmp", bmp(depth=8, used=2**32 - 1))
    write("images/bombs/runs.bmp", bmp(16000, 16000, 8, 1, bytes(1024) + b"\0\1", offset=1078))
    write("images/bombs/steps.bmp", bmp(64, 64, 8, 1, bytes(1024) + b"\0\2\xff\xff" * 20, offset=1078))
    write("images/bombs/jpeg inside.bmp", bmp(compression=4))
    write("images/bombs/99999.ppm", b"P6 99999 99999 255\n")
    write("images/bombs/digits.ppm", b"P6 " + b"9" * 400 + b" 1 255\n")
    write("images/bombs/comment.ppm", b"P5 #" + b"x" * 3000)
    write("images/bombs/maximum.pgm", b"P5 4 4 70000\n" + bytes(64))
    write("images/bombs/2^31.tif", tiff_of(2**31 - 1, 2**31 - 1))
    write("images/bombs/65000.tif", tiff_of(65000, 65000))
    write("images/bombs/strips.tif", tiff_of(64, 64, strips=2**30))
    write("images/bombs/samples.tif", tiff_of(8, 8, samples=60000))
    write("images/bombs/bits.tif", tiff_of(8, 8, bits=64))
    write("images/bombs/lzw.tif", tiff_of(8, 8, compression=5))
    write("images/bombs/old jpeg.tif", tiff_of(8, 8, compression=6, photometric=6))
    write("images/bombs/circle.tif", tiff([(256, 4, 1, 8)], next_directory=8))
    write("images/bombs/entries.tif", b"II*\0\x08\0\0\0\xff\xff" + bytes(64))
    write("images/bombs/far.tif", b"II*\0\xff\xff\xff\xff")
    write("images/bombs/big.tif", b"II+\0\x08\0\0\0" + b"\xff" * 8 + bytes(32))
    siz = struct.pack(">HHIIIIIIIIH", 41, 0, 2**31, 2**31, 0, 0, 2**31, 2**31, 0, 0, 1) + b"\7\1\1"
    write("images/bombs/2^31.j2k", b"\xff\x4f\xff\x51" + siz)


def drawings():
    def svg(body, size="width='12' height='12'"):
        return f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' {size}>{body}</svg>".encode()

    laughs = "<!DOCTYPE svg [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"
    write("images/drawings/laughs.svg", b"<?xml version='1.0'?>" + laughs.encode() + svg("<text>&a9;</text>"))
    write("images/drawings/file.svg", b"<!DOCTYPE svg [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" + svg("<text>&f;</text>"))
    write("images/drawings/href.svg", svg("<image xlink:href='file:///etc/passwd' width='9' height='9'/>"))
    write("images/drawings/net.svg", svg("<image xlink:href='http://127.0.0.1:9/x.png' width='9' height='9'/>"))
    write("images/drawings/circle.svg", svg("<g id='a'><use xlink:href='#a'/></g>"))
    uses = "<g id='u0'><rect width='1' height='1'/></g>" + "".join(
        f"<g id='u{i}'>{f'<use xlink:href=%r/>' % f'#u{i - 1}' * 10}</g>" for i in range(1, 9))
    write("images/drawings/uses.svg", svg(uses))
    write("images/drawings/deep.svg", svg("<g>" * 3000 + "</g>" * 3000))
    write("images/drawings/wide.svg", svg("", "width='900000000' height='900000000'"))
    write("images/drawings/needle.svg", svg("", "width='1' height='900000'"))
    write("images/drawings/none.svg", svg("", "width='0' height='0'"))
    write("images/drawings/minus.svg", svg("", "width='-5' height='5'"))
    write("images/drawings/words.svg", svg("", "width='wide' height='1e400'"))
    write("images/drawings/script.svg", svg("<script>while(1);</script>"))
    write("images/drawings/open.svg", b"<svg><g>")
    write("images/drawings/packed.svgz", gzip.compress(svg(""), mtime=0))


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.linkname, content = content.decode(), b""
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue().rstrip(b"\0") + bytes(1024)


def zip_of(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = compression
            archive.writestr(info, content)
    return out.getvalue()


def archives():
    image, file = png(), tarfile.REGTYPE
    hostile = [("../out.png", image, file), ("/etc/out.png", image, file), ("a/../../out.png", image, file),
               ("link.png", b"/etc/passwd", tarfile.SYMTYPE), ("hard.png", b"../../etc/passwd", tarfile.LNKTYPE),
               ("pipe", b"", tarfile.FIFOTYPE), ("device", b"", tarfile.CHRTYPE), ("a\nb.png", image, file),
               ("x" * 300 + "/y.png", image, file), ("in/ok.png", image, file)]
    tar = tar_of(hostile)
    write("inputs/hostile.tar", tar)
    for eighths in range(1, 8):
        write(f"inputs/cut-{eighths}.tar", tar_of([(f"{i}.png", image, file) for i in range(4)])[: 600 * eighths])
    write("inputs/none.tar", bytes(1024))
    write("inputs/nothing but folders.tar", tar_of([("a", b"", tarfile.DIRTYPE)]))
    write("inputs/text.tar", tar_of([("a.txt", b"hello", file)]))
    claims = bytearray(tar_of([("a.png", image, file)]))
    claims[124:136] = b"77777777777\0"
    claims[148:156] = b"        "
    claims[148:156] = b"%06o\0 " % sum(claims[:512])
    write("inputs/claims 8 GiB.tar", bytes(claims))
    bent = bytearray(tar)
    bent[150] ^= 1
    write("inputs/checksum.tar", bytes(bent))
    packed = gzip.compress(tar_of([("a.png", image, file), ("b.png", image, file)]), mtime=0)
    write("inputs/cut.tar.gz", packed[: len(packed) // 2])
    write("inputs/bomb.tar.gz", gzip.compress(tar_of([("a.png", bytes(20_000_000), file)]), mtime=0))
    write("inputs/bad.tar.xz", b"\xfd7zXZ\0" + bytes(60))
    write("inputs/bad.tar.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 60)
    write("inputs/pickles.tar", tar_of([("cifar-10-batches-py/data_batch_1", b"\x80\2}q", file)]))
    write("inputs/labels.tar", tar_of([("1.png", image, file), ("1.cls", b"\xff\xfe\0", file), ("2.png", image, file),
                                       ("2.json", b'{"label": ' * 30, file)]))
    plain = zip_of([("a.png", image, 0o100644), ("b.png", image, 0o100644)])
    write("inputs/hostile.zip", zip_of([("../out.png", image, 0o100644), ("/etc/out.png", image, 0o100644),
                                        ("C:\\out.png", image, 0o100644), ("link.png", b"/etc/passwd", 0o120777),
                                        ("ok.png", image, 0o100644)]))
    for eighths in range(1, 8):
        write(f"inputs/cut-{eighths}.zip", plain[: len(plain) * eighths // 8])
    for number, at in enumerate((4, 8, 14, 18, 26, 45, 200, len(plain) - 60, len(plain) - 18, len(plain) - 6)):
        bent = bytearray(plain)
        bent[at] ^= 0xFF
        write(f"inputs/bent-{number}.zip", bytes(bent))
    bent = bytearray(plain)
    for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = bent.find(sign)
        while at >= 0:
            bent[at + offset] |= 1
            at = bent.find(sign, at + 4)
    write("inputs/encrypted.zip", bytes(bent))
    write("inputs/bomb.zip", zip_of([("a.png", png()[:33] + bytes(20_000_000), 0o100644)]))
    write("inputs/empty.zip", zip_of([]))
    write("inputs/text.zip", zip_of([("a.txt", b"hello", 0o100644)]))


def npy(shape, dtype="|u1", content=b"", fortran=False, version=b"\1\0"):
    head = f"{{'descr': {dtype!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    head += b" " * (63 - (10 + len(head)) % 64) + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(head)) + head + content


def arrays():
    sound = npy("(2, 9, 9)", content=bytes(range(162)))
    for eighths in range(1, 8):
        write(f"inputs/cut-{eighths}.npy", sound[: len(sound) * eighths // 8])
    write("inputs/long.npy", sound + bytes(50))
    write("inputs/millions.npy", npy("(16777216, 9, 9)", content=bytes(50)))
    write("inputs/overflow.npy", npy("(4294967296, 4294967296, 9)"))
    write("inputs/minus.npy", npy("(-2, 9, 9)"))
    write("inputs/zero.npy", npy("(0, 9, 9)"))
    write("inputs/no sides.npy", npy("(5, 0, 9)"))
    write("inputs/wide.npy", npy("(1, 4096, 4096, 4)", dtype="<f8"))
    write("inputs/objects.npy", npy("(2, 9, 9)", dtype="|O", content=bytes(99)))
    write("inputs/big endian.npy", npy("(2, 9, 9)", dtype=">f4", content=bytes(648)))
    write("inputs/text.npy", npy("(2, 9, 9)", dtype="<U4", content=bytes(2592)))
    write("inputs/fortran.npy", npy("(2, 9, 9)", content=bytes(162), fortran=True))
    write("inputs/six.npy", npy("(1, 1, 1, 1, 3, 3)", content=bytes(9)))
    write("inputs/nan.npy", npy("(1, 9, 9)", dtype="<f4", content=struct.pack("<f", float("nan")) * 81))
    write("inputs/version.npy", npy("(2, 9, 9)", content=bytes(162), version=b"\x09\0"))
    write("inputs/no header.npy", b"\x93NUMPY\1\0\xff\xff{")
    write("inputs/labels.npz", zip_of([("images.npy", sound, 0), ("labels.npy", npy("(3,)", content=bytes(3)), 0)]))
    write("inputs/text labels.npz", zip_of([("images.npy", sound, 0), ("labels.npy", npy("(2,)", dtype="<f4", content=bytes(8)), 0)]))
    write("inputs/bomb.npz", zip_of([("images.npy", npy("(16777216, 9, 9)", content=bytes(9_000_000)), 0)]))
    write("inputs/no array.npz", zip_of([("images.npy", b"hello", 0)]))
    write("inputs/none.npz", zip_of([]))


def lists_and_folders():
    write("inputs/nothing.txt", b"")
    write("inputs/words.txt", b"hello world\nnothing is here\n")
    write("inputs/bytes.txt", bytes(range(1, 256)) * 4)
    write("inputs/devices.txt", b"/dev/zero\n/dev/random\n/proc/self/mem\n../../../../../../etc\n/etc/hostname\n")
    write("inputs/long.txt", b"x" * 70000)
    write("inputs/zeros.txt", bytes(5000))
    idx = struct.pack(">IIII", 0x803, 3, 4, 4)
    for name, content in {"short": idx, "claims": struct.pack(">IIII", 0x803, 2**32 - 1, 28, 28),
                          "wide": struct.pack(">IIII", 0x803, 1, 2**32 - 1, 28), "none": struct.pack(">IIII", 0x803, 0, 4, 4),
                          "long": idx + bytes(99), "type": struct.pack(">IIII", 0xD03, 3, 4, 4) + bytes(192), "empty": b""}.items():
        write(f"folders/idx-{name}/train-images-idx3-ubyte", content)
    write("folders/idx-bomb/train-images-idx3-ubyte.gz", gzip.compress(idx + bytes(20_000_000), mtime=0))
    write("folders/idx-labels/train-images-idx3-ubyte", idx + bytes(48))
    write("folders/idx-labels/train-labels-idx1-ubyte", struct.pack(">II", 0x801, 9) + bytes(9))
    for name, size in {"short": 3000, "empty": 0, "odd": 3074}.items():
        write(f"folders/cifar-{name}/test_batch.bin", bytes(size))
    write("folders/cifar-names/test_batch.bin", b"\xff" + bytes(3072))
    write("folders/cifar-names/batches.meta.txt", b"one\ntwo\n")
    write("folders/pickles/data_batch_1", b"\x80\2}q")
    write("folders/pickles/batches.meta", b"\x80\2}q")
    for name, content in {"cut": b'{"file_name": "a.png", "label": "x"', "list": b"[1, 2]\n", "deep": b"[" * 5000,
                          "bytes": b'{"file_name": "\xff\xfe.png", "label": "\xff"}\n'}.items():
        write(f"folders/metadata-{name}/a.png", png())
        write(f"folders/metadata-{name}/metadata.jsonl", content)
    for name, content in {"quote": b'file_name,label\n"a.png,x\n', "header": b"a,b\nc,d\n", "empty": b"", "zeros": bytes(99)}.items():
        write(f"folders/metadata-{name}/a.png", png())
        write(f"folders/metadata-{name}/metadata.csv", content)


def tables():
    for name, content in {"empty": b"", "header": b"path,label\n", "one column": b"image.png\n", "quote": b'image.png,"x\n',
                          "zeros": b"image.png,\0\0\n", "latin": b"image.png,M\xfcller\n", "utf-16": "image.png,x\n".encode("utf-16"),
                          "mark": b"\xef\xbb\xbfimage.png,x\n", "returns": b"image.png,x\rother.png,y\r",
                          "semicolons": b"image.png;x\n", "tabs": b"image.png\tx\n", "twice": b"image.png,x\nimage.png,y\n",
                          "nothing fits": b"other.png,x\n", "wide": b"image.png," + b"x" * 70000 + b"\n",
                          "many columns": b"image.png" + b"," * 70000 + b"\n", "lines": b"\n" * 5000 + b"image.png,x\n",
                          "bytes": bytes(range(256)) * 8}.items():
        write(f"tables/{name}.csv", content)


for folder in ("images", "inputs", "folders", "tables"):
    shutil.rmtree(HERE / folder, ignore_errors=True)
images()
archives()
arrays()
lists_and_folders()
tables()
