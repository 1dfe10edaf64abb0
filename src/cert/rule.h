/*
 * The rules that purposes are judged by.  Each looks at one thing and says at
 * most one reason.  Any thread; no state.
 */
#ifndef CERT_RULE_H
#define CERT_RULE_H

#include "cert/cert.h"

enum reason_symbol {
#define REASON(symbol, id, sentence, brief) REASON_##symbol,
#include "cert/reason.def"
#undef REASON
	REASON_COUNT
};

/*
 * out: where reasons are written down; NULL when only the verdict is asked for,
 * and then no words are made.
 */
struct judging {
	const struct cert	*c;
	int64_t			 now;
	enum verdict		 worst;		/* so far; VERDICT_UNKNOWN at first */
	struct purpose_verdict	*out;
};

typedef void rule_fn(struct judging *);

rule_fn rule_validity, rule_readable, rule_critical;
rule_fn rule_qualified, rule_type_sign, rule_type_seal, rule_device;
rule_fn rule_usage_commitment, rule_usage_mail, rule_usage_logon;
rule_fn rule_usage_encryption, rule_usage_issuing;
rule_fn rule_eku_mail, rule_eku_logon, rule_eku_encryption;
rule_fn rule_netscape_mail, rule_netscape_logon;
rule_fn rule_person, rule_organisation, rule_address, rule_logon_name;
rule_fn rule_authority;
rule_fn rule_trusted_list, rule_chain, rule_status, rule_program, rule_service;

/* Say a reason; its argument is a text, nothing (""), or the key usage. */
void	rule_say(struct judging *, enum verdict, enum reason_symbol,
	    const char *arg);
void	rule_say_usage(struct judging *, enum verdict, enum reason_symbol);

/* What rules and the list's words both ask. */
bool	rule_eku_has(const struct cert *, const char *const *words);
bool	rule_names_person(const struct cert *);
bool	rule_seal(const struct cert *);		/* meant for seals, not signatures */

/* Extended key usages that allow mail, and that allow log-on; NULL at the end. */
extern const char *const rule_mail_ekus[], *const rule_logon_ekus[];

#endif
