#!/usr/bin/python3
"""
NTLM as squid's helpers speak it, for the tests: one user, whose answers are
checked (NTLMv2, MS-NLMP 3.3.2), unlike those of the helper that comes with
squid, which takes anybody.

usage: ntlm.py USER FILE     the file has the MD4 of the password, in hex
"""
import base64
import hashlib
import hmac
import os
import struct
import sys

# Unicode, target, NTLM, a domain, extended security, what the target is.
FLAGS = 0x00000001 | 0x00000004 | 0x00000200 | 0x00010000 | 0x00080000 | \
    0x00800000


def challenge(nonce):
    """The second message, as the first is answered."""
    name = 'BIURO'.encode('utf-16-le')
    info = struct.pack('<HH', 2, len(name)) + name + struct.pack('<HH', 0, 0)
    at = 56
    return b'NTLMSSP\0' + struct.pack('<I', 2) + \
        struct.pack('<HHI', len(name), len(name), at) + \
        struct.pack('<I', FLAGS) + nonce + bytes(8) + \
        struct.pack('<HHI', len(info), len(info), at + len(name)) + \
        bytes(8) + name + info


def field(message, at):
    """What a length, a room and an offset at this place point to."""
    length, _, offset = struct.unpack_from('<HHI', message, at)
    return message[offset:offset + length]


def is_right(message, nonce, user, key):
    """Whether the third message was made by who knows the password."""
    answer, domain = field(message, 20), field(message, 28)
    name = field(message, 36).decode('utf-16-le')
    who = name.upper().encode('utf-16-le') + domain
    key = hmac.new(key, who, hashlib.md5).digest()
    proof = hmac.new(key, nonce + answer[16:], hashlib.md5).digest()
    return name == user and len(answer) > 24 and \
        hmac.compare_digest(proof, answer[:16])


def main():
    """A line for each of squid's."""
    user = sys.argv[1]
    with open(sys.argv[2], encoding='ascii') as f:
        key = bytes.fromhex(f.read())
    nonce = None
    for line in sys.stdin:
        word = line.split()
        if word[0] == 'YR':
            nonce = os.urandom(8)
            said = 'TT ' + base64.b64encode(challenge(nonce)).decode('ascii')
        elif word[0] == 'KK' and nonce is not None and len(word) > 1:
            right = is_right(base64.b64decode(word[1]), nonce, user, key)
            said = 'AF ' + user if right else 'NA wrong'
            nonce = None
        else:
            said = 'BH out of turn'
        print(said, flush=True)


main()
