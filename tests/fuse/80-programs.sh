#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A PDF renderer, a media player's probe and an image viewer.
as=user
. "$(dirname "$0")/lib.sh"
for tool in pdftoppm ffprobe ffmpeg identify; do
	command -v "$tool" >/dev/null || { echo "skip 80-programs: there is no $tool"; exit 0; }
done
team
mkdir media
ffmpeg -v error -f lavfi -i testsrc=duration=4:size=320x240:rate=10 -f lavfi -i sine=frequency=440:duration=4 media/video.mkv &&
	ffmpeg -v error -f lavfi -i testsrc=duration=1:size=640x480:rate=1 -frames:v 1 media/photo.png &&
	ffmpeg -v error -f lavfi -i sine=frequency=440:duration=3 media/sound.wav || not_ok 'prepare: ffmpeg'
# The smallest document with something on its page.
python3 - <<'P'
text = b"BT /F1 24 Tf 72 700 Td (Statement of V-003) Tj ET"
objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
           b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
           b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
out, at = b"%PDF-1.4\n", []
for i, body in enumerate(objects, 1):
    at.append(len(out))
    out += b"%d 0 obj\n" % i + body + b"\nendobj\n"
xref = len(out)
out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % a for a in at)
out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % xref
open("media/statement.pdf", "wb").write(out)
P
(be S-014; quiet deposit HK-1 media)
mounted 'mount' m
is 'pdftoppm' sh -c 'pdftoppm -r 40 m/HK-1/*statement.pdf page && pdftoppm -r 40 media/statement.pdf same && cmp page-1.ppm same-1.ppm'
is 'ffprobe' sh -c 'ffprobe -v error -show_streams m/HK-1/*video.mkv >a && ffprobe -v error -show_streams media/video.mkv >b && cmp a b && grep -q codec_type=video a'
is 'a player decodes it' sh -c 'ffmpeg -v error -i "$(echo m/HK-1/*video.mkv)" -f md5 - >a && ffmpeg -v error -i media/video.mkv -f md5 - >b && cmp a b'
is 'a player jumps' sh -c 'ffmpeg -v error -ss 3 -i "$(echo m/HK-1/*video.mkv)" -f md5 - >a && ffmpeg -v error -ss 3 -i media/video.mkv -f md5 - >b && cmp a b'
is 'sound' sh -c 'ffmpeg -v error -i "$(echo m/HK-1/*sound.wav)" -f md5 - >a && ffmpeg -v error -i media/sound.wav -f md5 - >b && cmp a b'
is 'an image viewer' sh -c 'identify -format "%m %w %h %#" m/HK-1/*photo.png >a && identify -format "%m %w %h %#" media/photo.png >b && cmp a b && grep -q 640 a'
unmounted 'unmount' m
programs=$(events '[.events[] | select(.event == "view" or .event == "view-ahead") | .details.opened[].program] | unique | join(" ")')
for prog in pdftoppm ffprobe; do
	case " $programs " in *" $prog "*) ok "$prog is named" ;; *) not_ok "$prog is named ($programs)" ;; esac
done
finish
