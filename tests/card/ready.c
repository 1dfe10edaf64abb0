#include "config.h"

#include "tests/card/piv.h"
#include "tests/card/ready.h"

#define MANY	200

const struct ready ready_cards[] = {
	{
		.name = "ready", .about = "the card of the tests: a qualified "
		    "certificate and one of every state", .type = "isoapplet",
		.label = "Karta \u0141ucji \u017b.", .serial = "00A1B2C3D4E50001",
		.holes = { 16384, 8192 },
		.items = {
			{ BOTH, 0x01, "qualified", "Podpis kwalifikowany \u0141.",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "email", "Poczta i logowanie",
			    P15_SIGN_DECRYPT },
			{ BOTH, 0x03, "expired", "Podpis (stary)",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x04, "future", "Podpis (nowy)",
			    P15_NON_REPUDIATION },
			{ CERT_CA, 0x05, "card-ca", "Urz\u0105d po\u015bredni", 0 },
			{ KEY_ONLY, 0x06, "orphan", "Klucz bez certyfikatu",
			    P15_SIGN },
			{ CERT_ONLY, 0x07, "keyless", "Certyfikat bez klucza", 0 },
		},
	},
	{
		.name = "other", .about = "another holder's, to swap with",
		.type = "isoapplet", .label = "Karta Stefana",
		.serial = "00A1B2C3D4E50002", .holes = { 12000 },
		.items = {
			{ BOTH, 0x01, "other-qualified", "Podpis kwalifikowany",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "other-email", "Poczta", P15_SIGN_DECRYPT },
		},
	},
	{
		.name = "full", .about = "600 bytes free: less than a certificate "
		    "needs", .type = "isoapplet", .label = "Karta pe\u0142na",
		.serial = "00A1B2C3D4E50003", .holes = { 400, 200 },
		.items = {
			{ BOTH, 0x01, "qualified", "Podpis kwalifikowany",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "expired", "Podpis (stary)",
			    P15_NON_REPUDIATION },
		},
	},
	{
		.name = "empty", .about = "initialised, nothing on it",
		.type = "isoapplet", .label = "Karta pusta",
		.serial = "00A1B2C3D4E50004", .holes = { 32000 },
	},
	{
		.name = "blank", .about = "not initialised",
		.type = "isoapplet",
	},
	{
		.name = "many", .about = "200 certificates of "
		    "one key, which is there four times",
		.type = "isoapplet", .label = "Karta przepe\u0142niona",
		.serial = "00A1B2C3D4E50005", .holes = { 1000 }, .many = MANY,
	},
	{
		.name = "hostile", .about = "names and labels made to do harm",
		.type = "isoapplet", .label = "Karta \033[31mz\u0142a \u202etrawi\305",
		.serial = "00A1B2C3D4E50006", .holes = { 8192 },
		.items = {
			{ BOTH, 0x01, "hostile-escapes", "\033]0;etykieta\007\r\nx",
			    P15_SIGN },
			{ CERT_ONLY, 0x02, "hostile-bidi", "\u202eatekyte", 0 },
			{ CERT_ONLY, 0x03, "hostile-utf8",
			    "Etykieta urwana w \305", 0 },
			{ CERT_ONLY, 0x05, "hostile-nul", "Zero", 0 },
			{ CERT_ONLY, 0x04, "hostile-long", "D\u0142ugi", 0 },
		},
	},
	{
		.name = "damaged", .about = "a good certificate, one damaged, one "
		    "whose file claims to have 64 KiB", .type = "isoapplet",
		.label = "Karta uszkodzona", .serial = "00A1B2C3D4E50007",
		.holes = { 8192 },
		.items = {
			{ BOTH, 0x01, "other-email", "Dobry", P15_SIGN },
			{ CERT_DAMAGED, 0x02, "other-qualified", "Uszkodzony", 0 },
			{ CERT_64K, 0x03, "big", "Za du\u017cy", 0 },
		},
	},
	{
		.name = "piv", .about = "PIV: EC keys in 9A 9C 9E, RSA in 9D, three "
		    "retired", .type = "piv", .serial =
		    "00A1B2C3D4E54001800000000000000A",
		.items = {
			{ BOTH, 0, "piv-9a", NULL, 0 },
			{ BOTH, 1, "piv-9c", NULL, 0 },
			{ BOTH, 2, "piv-9d", NULL, 0 },
			{ BOTH, 3, "piv-9e", NULL, 0 },
			{ BOTH, 4, "piv-retired", NULL, 0 },
			{ CERT_ONLY, 5, "keyless", NULL, 0 },
			{ CERT_ONLY, 6, "card-ca", NULL, 0 },
		},
	},
	{
		.name = "piv-full", .about = "PIV: all 24 places taken",
		.type = "piv", .serial = "00A1B2C3D4E54001800000000000000B",
		.many = PIV_PLACES,
	},
	{
		.name = "piv-big", .about = "PIV: a true 64 KiB certificate in 9A, a "
		    "damaged one in 9D", .type = "piv",
		.serial = "00A1B2C3D4E54001800000000000000C",
		.items = {
			{ CERT_ONLY, 0, "big", NULL, 0 },
			{ CERT_DAMAGED, 2, "piv-9d", NULL, 0 },
			{ BOTH, 3, "piv-9e", NULL, 0 },
		},
	},
	{
		.name = "piv-empty", .about = "PIV: nothing on it",
		.type = "piv", .serial = "00A1B2C3D4E54001800000000000000D",
	},
};

const size_t ready_ncards = sizeof(ready_cards) / sizeof(ready_cards[0]);
