/*
 * okienko revoke, suspend and lift: one command that differs by what it does.
 * Each verb is a file of its own, which names the action.
 */
#ifndef UI_REVOKE_CMD_H
#define UI_REVOKE_CMD_H

#include "revocation/case.h"
#include "ui/signing.h"
#include "ui/verb.h"

enum exit_code	revoke_cmd(struct cmd *, enum case_action);

/* The options of all three. */
#define REVOKE_OPTIONS \
	{ "row", N_("N"), N_("the certificate of this row, as okienko find tells it") }, \
	{ "issuer", N_("FILE|NAME"), N_("whose number it is: a certificate's file, a part of the name, or all of it") }, \
	{ "who", N_("WHO"), N_("who asks: holder, entity or authority") }, \
	{ "proof", N_("HOW"), N_("how they were checked: document, password, mail or none") }, \
	{ "reason", N_("WORD"), N_("lost, disclosed, data-changed, replaced, not-used, rights-lost or not-told") }, \
	{ "lost", N_("WHEN"), N_("since when: 2026-11-22 09:30, or 9:30 of today") }, \
	{ "note", N_("TEXT"), N_("what else is to stand in the case") }, \
	{ "channel", N_("WAY"), N_("not the authority's first way but this: cmp, ejbca, form, telephone") }, \
	{ "confirm", N_("LAST4"), N_("do it: the last four digits of the serial number; nothing is done without") }, \
	{ "wait", N_("SECONDS"), N_("follow it so long, until it is proved") }, \
	{ "password-fd", N_("N"), N_("read the holder's revocation password from this descriptor") }, \
	{ "password-ref", N_("TEXT"), N_("the authority's reference for that password") }, \
	SIGNING_OPTIONS

#endif
