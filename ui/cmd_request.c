/* okienko request: the request of a renewal, and one that somebody brought. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/text.h"
#include "cert/oid.h"
#include "cert/request.h"
#include "ui/card_out.h"
#include "ui/renew_cmd.h"
#include "ui/renewsave.h"
#include "ui/session.h"
#include "ui/words.h"

struct requesting {
	struct renew_cmd	 renew;		/* first: work is handed it */
	const char		*what, *save;
	struct renewlook_about	 about;
	struct renewlook	 look;
	bool			 saved;
};

/* --- one that was brought ------------------------------------------------------- */

/* Where its key is, among the cards that are in; NULL: on none of them. */
static const struct card *
card_with(const struct card_world *w, const struct cert_request *q,
    const struct card_key **key)
{
	for (size_t i = 0; i < w->ncards; i++)
		for (size_t j = 0; j < w->cards[i]->nkeys; j++) {
			*key = &w->cards[i]->keys[j];
			if ((*key)->has_spki && memcmp((*key)->spki_sha256,
			    q->spki_sha256, sizeof q->spki_sha256) == 0)
				return w->cards[i];
		}
	return NULL;
}

static bool
has_card(const struct card_world *w)
{
	for (size_t i = 0; i < w->ncards; i++)
		if (w->cards[i]->ntokens > 0)
			return true;
	return false;
}

static const char *
proof_words(enum signature_verdict v)
{
	switch (v) {
	case SIGNATURE_RIGHT:
		return _("right: made with the key that it is for");
	case SIGNATURE_WRONG:
		return _("wrong: changed on the way, or not made with that "
		    "key");
	default:
		return _("of a kind that cannot be checked here");
	}
}

static const char *
key_words(const struct card_world *w, const struct cert_request *q, char *buf,
    size_t size)
{
	const struct card_key *key;
	const struct card *card = card_with(w, q, &key);

	if (card == NULL)
		snprintf(buf, size, "%s", has_card(w) ?
		    _("on no card that is in a reader") :
		    _("not known: there is no card in a reader"));
	else if (key->cert >= 0)
		snprintf(buf, size, _("on the card in %s, with a certificate "
		    "already"), card->reader[0] != '\0' ? card->reader :
		    card_title(card));
	else
		snprintf(buf, size, _("on the card in %s, waiting for its "
		    "certificate"), card->reader[0] != '\0' ? card->reader :
		    card_title(card));
	return buf;
}

/* As a certificate's names are told. */
static void
print_names(struct out *out, const struct cert_request *q, bool whole)
{
	char hidden[1024];

	for (size_t i = 0; i < q->nsan; i++) {
		out_field(out, i == 0 ? _("names") : "", "%s",
		    words_san(&q->san[i], !whole, hidden, sizeof hidden));
	}
}

static void
print_request(struct out *out, const struct card_world *w,
    const struct cert_request *q, bool whole)
{
	static const char *const labels[] = { N_("for whom"), N_("names"),
		N_("key"), N_("signature"), N_("key usage"),
		N_("extended use"), N_("its key"), NULL };
	char text[1024];

	out_column(out, labels);
	out_field(out, _("for whom"), "%s", whole ? q->subject.line :
	    words_subject(&q->subject, text, sizeof text));
	print_names(out, q, whole);
	out_field(out, _("key"), "%s%s", words_key_type(q->key_type,
	    q->key_bits, q->key_curve, text, sizeof text), q->weak ?
	    _(" - too weak today, as its hash may be: have another made") :
	    "");
	out_field(out, _("signature"), "%s, %s", q->signature_alg,
	    proof_words(q->proof));
	if (q->ku != 0)
		out_field(out, _("key usage"), "%s", cert_ku_text(q->ku, text,
		    sizeof text));
	for (size_t i = 0; i < q->neku; i++)
		out_field(out, i == 0 ? _("extended use") : "", "%s",
		    oid_eku_name(q->eku[i]) != NULL ?
		    oid_eku_name(q->eku[i]) : q->eku[i]);
	out_field(out, _("its key"), "%s", key_words(w, q, text,
	    sizeof text));
}

static json_t *
request_json(const struct card_world *w, const struct cert_request *q)
{
	static const char *const verdicts[] = { [SIGNATURE_RIGHT] = "right",
		[SIGNATURE_WRONG] = "wrong" };
	const char *verdict = q->proof < sizeof verdicts /
	    sizeof verdicts[0] ? verdicts[q->proof] : NULL;
	json_t *o = json_object(), *eku = json_array(), *names = json_array();
	const struct card_key *key = NULL;
	const struct card *card = card_with(w, q, &key);
	char hex[65];

	for (size_t i = 0; i < q->neku; i++)
		json_array_append_new(eku, jstring(q->eku[i]));
	for (size_t i = 0; i < q->nsan; i++)
		json_array_append_new(names, out_string_json(q->san[i].value));
	json_object_set_new(o, "subject", out_string_json(q->subject.line));
	json_object_set_new(o, "names", names);
	json_object_set_new(o, "key_bits", json_integer(q->key_bits));
	json_object_set_new(o, "key_curve", q->key_curve != NULL ?
	    out_string_json(q->key_curve) : json_null());
	json_object_set_new(o, "key_sha256", jstring(text_hex(
	    q->spki_sha256, sizeof q->spki_sha256, 0, hex, sizeof hex)));
	json_object_set_new(o, "signature", out_string_json(q->signature_alg));
	json_object_set_new(o, "proof", jstring(verdict != NULL ?
	    verdict : "unknown"));
	json_object_set_new(o, "weak", json_boolean(q->weak));
	json_object_set_new(o, "eku", eku);
	json_object_set_new(o, "on_card", card != NULL ?
	    out_string_json(card->reader) : json_null());
	json_object_set_new(o, "key_has_certificate", card != NULL ?
	    json_boolean(key->cert >= 0) : json_null());
	return o;
}

static int
read_request(const char *path, struct cert_request *q, struct err *err)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes, REQUEST_DER_MAX * 2);
	rc = file_read(path, path, &bytes, err);
	if (rc == 0)
		rc = request_read(span_of(bytes.data, bytes.len), path, q,
		    err);
	buf_clear(&bytes);
	return rc;
}

static enum exit_code
check(struct requesting *r, const char *path)
{
	struct renew_cmd *c = &r->renew;
	struct cert_request q = { .weak = false };
	struct err err = ERR_INIT;
	enum exit_code code;
	json_t *o;

	if (read_request(path, &q, &err) == -1)
		return cmd_fail(c->cmd, &err);
	if (renew_open(c, c->cmd, true, false, &err) == -1) {
		request_clear(&q);
		return cmd_fail(c->cmd, &err);
	}
	if (c->cmd->json) {
		o = request_json(session_world(c->session), &q);
		out_json(c->cmd->out, o, false);
		json_decref(o);
	} else
		print_request(c->cmd->out, session_world(c->session), &q,
		    cmd_value(c->cmd, "whole") != NULL);
	code = q.proof == SIGNATURE_RIGHT && !q.weak ? EXIT_FINE : EXIT_WRONG;
	request_clear(&q);
	return code;
}

/* --- one of a renewal ------------------------------------------------------------- */

static int
save(struct requesting *r, struct err *err)
{
	if (r->save == NULL)
		return 0;
	r->saved = renewsave(r->renew.registry, r->renew.id, r->save,
	    err) == 0;
	return r->saved ? 0 : -1;
}

static int
of_renewal(struct renew_cmd *c, struct err *err)
{
	struct requesting *r = (struct requesting *)c;

	return renew_find(c, r->what, err) == -1 || renew_read(c, err) == -1 ?
	    -1 : save(r, err);
}

/* The key and the request alone: a renewal whose way is a file. */
static int
make(struct renew_cmd *c, struct err *err)
{
	struct requesting *r = (struct requesting *)c;
	bool existing;

	if (renewlook(&c->run, &r->about, &r->look, err) == -1)
		return -1;
	c->id = r->look.existing;
	if (c->id == 0 && (!r->look.flight.go || !c->confirm))
		return 0;
	if (c->id == 0 && renewlook_begin(c->registry, &r->look, &c->id,
	    &existing, err) == -1)
		return -1;
	if (c->confirm && renew_carry(c, err) == -1)
		return -1;
	return renew_read(c, err) == -1 ? -1 : c->end_err.code == ERR_NONE ?
	    save(r, err) : 0;
}

static enum exit_code
tell(struct requesting *r)
{
	struct renew_cmd *c = &r->renew;
	enum exit_code code = renew_tell(c);

	if (r->saved && !c->cmd->json)
		out_line(c->cmd->out, 2, _("Saved: %s"), r->save);
	return code;
}

static enum exit_code
request(struct requesting *r)
{
	struct renew_cmd *c = &r->renew;
	const char *key = cmd_value(c->cmd, "key");
	bool number = renew_is_number(r->what);
	struct err err = ERR_INIT;

	if (renew_open(c, c->cmd, !number, !number && c->confirm,
	    &err) == -1 || (!number && renew_on_card(c, r->what, &r->about,
	    &err) == -1))
		return cmd_fail(c->cmd, &err);
	snprintf(r->about.way, sizeof r->about.way, "%s", "file");
	r->about.key = key != NULL ? key_kind_from_id(key) : KEY_KIND_NONE;
	if (key != NULL && r->about.key == KEY_KIND_NONE) {
		err_set(&err, ERR_USAGE, key, "--key");
		return cmd_fail(c->cmd, &err);
	}
	if (renew_work(c, number ? of_renewal : make, &err) == -1)
		return cmd_fail(c->cmd, &err);
	return c->have ? tell(r) : renew_tell_look(c, &r->look);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct requesting r = { .save = cmd_value(cmd, "save"),
	    .what = cmd->nargs > 0 ? cmd->args[0] : NULL };
	const char *brought = cmd_value(cmd, "check");
	struct err err = ERR_INIT;
	enum exit_code code;

	if (renew_card_options(&r.renew, cmd, &err) == -1)
		return cmd_fail(cmd, &err);
	if ((brought == NULL) == (r.what == NULL)) {
		err_set(&err, ERR_USAGE, "request", "a serial number, a "
		    "renewal's number or --check FILE");
		return cmd_fail(cmd, &err);
	}
	code = brought != NULL ? check(&r, brought) : request(&r);
	renewlook_clear(&r.look);
	renew_close(&r.renew);
	return code;
}

const struct verb cmd_request = {
	.name = "request",
	.args = N_("SERIAL | RENEWAL"),
	.max_args = 1,
	.summary = N_("a certificate request: made by the card for a renewal, saved as a file, or checked"),
	.options = {
		{ "check", N_("FILE"), N_("check this request (PKCS #10): signature, strength, whether its key is on a card here") },
		{ "whole", NULL, N_("do not mask the identifiers of persons") },
		{ "save", N_("FILE"), N_("write the request into this new file, as PEM") },
		{ "key", N_("KIND"), N_("which key the card makes: rsa2048, rsa3072, rsa4096, p256, p384 or p521") },
		RENEW_CARD_OPTIONS,
	},
	.run = run,
};
