/*
 * The desk's door by hand: askcard [--conf FILE] [--helper PATH] STATE
 *
 * Keeps what card_client_world() holds in the file STATE, a line a thing, made
 * anew whole at each change, for shell tests to wait on.  Orders come on
 * standard input, and their answers go to standard output:
 *
 *	reread READER		"" is " "
 *	login READER PIN	with the first token there
 *	sign READER KEY PIN	SHA-256 of "hello", by its RSA key of that id; the
 *				signature, in hex, is the answer's last word
 *	remove READER PIN	its first certificate
 *	restart			modules that stopped
 *	quit
 *	json			the world as okienko card --json prints it
 */
#include "config.h"

#include <sys/signalfd.h>
#include <getopt.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/text.h"
#include "card/client.h"
#include "card/proto.h"

struct desk {
	struct loop		*loop;
	struct card_client	*client;
	const char		*state;
	int			 signal_fd;
	FILE			*orders;
};

static const char *
id_of(const struct err *err)
{
	return err->code == ERR_NONE ? "-" : err_id(err->code);
}

static void
print_card(FILE *f, const struct card *card)
{
	char key[CARD_KEY_MAX];

	fprintf(f, "card [%s] %s tokens=%zu certs=%zu keys=%zu serial=%u "
	    "model=%s err=%s cut=%d problems=", card_key(card, key,
	    sizeof(key)), card_state_id(card->state), card->ntokens,
	    card->ncerts, card->nkeys, card->serial,
	    card->model.id, id_of(&card->err), card->cut);
	for (size_t i = 0; i < card->nproblems; i++)
		fprintf(f, "%s,", id_of(&card->problems[i]));
	fprintf(f, "\n");
	for (size_t i = 0; i < card->ntokens; i++)
		fprintf(f, "token %s [%s] serial=%s verified=%d tries=%d\n",
		    card->tokens[i].module, card->tokens[i].label,
		    card->tokens[i].serial, card->tokens[i].pin.verified,
		    card->tokens[i].pin.tries);
}

static void
print_world(FILE *f, const struct desk *d)
{
	const struct card_world *w = card_client_world(d->client);

	fprintf(f, "helper %s\n", id_of(&w->helper_err));
	fprintf(f, "pcsc %s %s\n", pcsc_state_id(w->pcsc), id_of(&w->pcsc_err));
	for (size_t i = 0; i < w->nmodules; i++)
		fprintf(f, "module %s %s %s\n", w->modules[i].name,
		    module_state_id(w->modules[i].state),
		    id_of(&w->modules[i].err));
	for (size_t i = 0; i < w->ncards; i++)
		print_card(f, w->cards[i]);
	fprintf(f, "settled %d\n", card_client_settled(d->client));
}

static void
changed(void *arg)
{
	const struct desk *d = arg;
	char *fresh = mem_printf("%s.new", d->state);
	FILE *f = fopen(fresh, "we");

	if (f == NULL)
		panic("askcard: %s", fresh);
	print_world(f, d);
	(void)fclose(f);
	if (rename(fresh, d->state) == -1)
		panic("askcard: %s", d->state);
	free(fresh);
}

static void
answered(const struct err *err, void *arg)
{
	printf("answer %s %s\n", (const char *)arg, id_of(err));
	fflush(stdout);
}

static void
signed_it(const struct err *err, const struct card_signature *s, void *arg)
{
	char hex[2 * CARD_SIGNATURE_MAX + 1];

	printf("answer %s %s %s\n", (const char *)arg, id_of(err),
	    text_hex(s->bytes, s->len, 0, hex, sizeof(hex)));
	fflush(stdout);
}

/* The last word of an order, cut off it. */
static char *
last_word(char *args)
{
	char *word = strrchr(args, ' ');

	if (word == NULL)
		panic("askcard: a word is missing");
	*word = '\0';
	return word + 1;
}

static struct secret *
take_pin(char *args)
{
	const char *pin = last_word(args);
	struct secret *secret = secret_new();

	(void)secret_add(secret, pin, strlen(pin));
	return secret;
}

static const struct token *
first_token(const struct desk *d, const char *reader)
{
	const struct card_world *w = card_client_world(d->client);

	for (size_t i = 0; i < w->ncards; i++)
		if (strcmp(w->cards[i]->reader, reader) == 0 &&
		    w->cards[i]->ntokens > 0)
			return &w->cards[i]->tokens[0];
	return NULL;
}

static void
no_token(struct secret *secret, const char *order)
{
	secret_free(secret);
	printf("answer %s no token\n", order);
	fflush(stdout);
}

static void
login(struct desk *d, char *args)
{
	struct secret *secret = take_pin(args);
	const struct token *t = first_token(d, args);

	if (t == NULL)
		no_token(secret, "login");
	else
		card_client_login(d->client, args, t, secret, answered,
		    (char *)"login");
}

static void
sign(struct desk *d, char *args)
{
	struct card_digest digest = { .by = SIGN_RSA, .hash = HASH_SHA256,
		.len = 32 };
	struct secret *secret = take_pin(args);
	const char *key = last_word(args);
	const struct token *t = first_token(d, args);
	size_t n;

	if (EVP_Q_digest(NULL, "SHA256", NULL, "hello", 5, digest.bytes,
	    &n) != 1)
		panic("askcard: no SHA-256");
	if (t == NULL)
		no_token(secret, "sign");
	else
		card_client_sign(d->client, args, t, key, &digest, secret,
		    signed_it, (char *)"sign");
}

static void
removed(const struct err *err, const struct card_changed *c, void *arg)
{
	(void)c;
	answered(err, arg);
}

static void
remove_first(struct desk *d, char *args)
{
	struct secret *secret = take_pin(args);
	const struct token *t = first_token(d, args);
	const struct card_world *w = card_client_world(d->client);
	struct card_change change = { .kind = CHANGE_REMOVE_CERT };

	for (size_t i = 0; i < w->ncards; i++)
		if (strcmp(w->cards[i]->reader, args) == 0 &&
		    w->cards[i]->ncerts > 0)
			memcpy(change.sha256, w->cards[i]->certs[0].sha256,
			    sizeof(change.sha256));
	if (t == NULL)
		no_token(secret, "remove");
	else
		card_client_change(d->client, args, t, &change, secret,
		    removed, (char *)"remove");
}

static void
obey(struct desk *d, char *line)
{
	if (strcmp(line, "quit") == 0)
		loop_stop(d->loop);
	else if (strncmp(line, "reread ", 7) == 0)
		card_client_reread(d->client, line[7] == ' ' ? "" : line + 7,
		    answered, (char *)"reread");
	else if (strncmp(line, "login ", 6) == 0)
		login(d, line + 6);
	else if (strncmp(line, "sign ", 5) == 0)
		sign(d, line + 5);
	else if (strncmp(line, "remove ", 7) == 0)
		remove_first(d, line + 7);
	else if (strcmp(line, "restart") == 0)
		card_client_restart_modules(d->client);
	else if (strcmp(line, "json") == 0) {
		json_t *j = proto_world_to_json(card_client_world(d->client));

		json_dumpf(j, stdout, JSON_COMPACT);
		json_decref(j);
		printf("\n");
		fflush(stdout);
	}
}

static void
on_order(int fd, short revents, void *arg)
{
	struct desk *d = arg;
	char line[512];

	(void)fd;
	(void)revents;
	if (fgets(line, sizeof(line), d->orders) == NULL) {
		loop_stop(d->loop);
		return;
	}
	line[strcspn(line, "\n")] = '\0';
	obey(d, line);
}

static void
on_signal(int fd, short revents, void *arg)
{
	struct desk *d = arg;
	struct signalfd_siginfo info;

	(void)revents;
	while (read(fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGCHLD)
			card_client_sigchld(d->client);
		else
			loop_stop(d->loop);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "conf",	required_argument, NULL, 'c' },
		{ "fresh",	no_argument, NULL, 'f' },
		{ "helper",	required_argument, NULL, 'h' },
		{ NULL,		0, NULL, 0 }
	};
	struct card_client_options o = { .log_level = LOG_LV_WARN };
	struct desk d = { .orders = stdin };
	sigset_t set;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (c == 'c')
			o.conf = optarg;
		else if (c == 'f')
			o.fresh = true;
		else if (c == 'h')
			o.helper = optarg;
		else
			return 2;
	if (optind != argc - 1)
		return 2;
	d.state = argv[optind];
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	d.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d.loop = loop_new();
	d.client = card_client_new(d.loop, &o, changed, &d);
	loop_fd(d.loop, d.signal_fd, POLLIN, on_signal, &d);
	loop_fd(d.loop, STDIN_FILENO, POLLIN, on_order, &d);
	loop_run(d.loop);
	card_client_free(d.client);
	loop_free(d.loop);
	(void)close(d.signal_fd);
	return 0;
}
