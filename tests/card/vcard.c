#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/vcard.h"
#include "tests/card/vpcd.h"

uint64_t
vcard_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
note(struct vcard *v, const char *what)
{
	if (v->log)
		fprintf(v->log, "%llu %s\n",
		    (unsigned long long)vcard_now(), what);
}

/* "MS N NAME > command < answer": NAME is for counting. */
static void
note_exchange(struct vcard *v, const char *end)
{
	const struct buf *c = &v->command, *a = &v->answer;

	if (v->log == NULL)
		return;
	fprintf(v->log, "%llu %lu %s > ", (unsigned long long)vcard_now(),
	    v->apdus, apdu_name(span_of(c->data, c->len)));
	hex_write(v->log, c->data, c->len);
	fputs(" < ", v->log);
	if (end)
		fputs(end, v->log);
	else
		hex_write(v->log, a->data, a->len);
	putc('\n', v->log);
}

/* Puts this image into the card's place; the one before stays on failure. */
int
vcard_load(struct vcard *v, const char *image)
{
	struct store *s = NULL;
	const struct card_type *type = card_type(v->type);

	if (image && access(image, F_OK) == 0) {
		if ((s = store_load(image)) == NULL)
			return -1;
		type = card_type(s->type);
		if (type == NULL) {
			fprintf(stderr, "%s: a card of type %s\n", image,
			    s->type);
			store_free(s);
			return -1;
		}
	} else
		s = store_new(type->name, v->atr ? v->atr : type->atr);
	card_free(v->card);
	v->card = card_new(type, s);
	return 0;
}

int
vcard_take_image(struct vcard *v, const char *image)
{
	if (vcard_load(v, image) == -1)
		return -1;
	free(v->image);
	v->image = mem_strdup(image);
	return 0;
}

void
vcard_pull(struct vcard *v)
{
	if (v->fd != -1) {
		close(v->fd);
		note(v, "PULL");
	}
	v->fd = -1;
	v->pending = false;
}

void
vcard_try_insert(struct vcard *v)
{
	v->fd = vpcd_open(v->port);
	if (v->fd == -1)
		return;
	v->apdus = v->power_ups = 0;
	note(v, "INSERT");
}

/* Out and in again, as far as the reader can tell without looking. */
static void
bounce(struct vcard *v)
{
	note(v, "BOUNCE");
	vcard_pull(v);
	vcard_try_insert(v);
}

static void
power(struct vcard *v, int order)
{
	static const char *const names[] = {
		[VPCD_OFF] = "OFF", [VPCD_ON] = "ON", [VPCD_RESET] = "RESET",
	};
	const char *other;

	if (order < 0 || order > VPCD_RESET)
		return;
	note(v, names[order]);
	if (order != VPCD_OFF && faults_powerless(&v->faults)) {
		bounce(v);
		return;
	}
	if (order != VPCD_OFF) {
		v->power_ups++;
		other = faults_other(&v->faults, v->power_ups);
		if (other && (v->image == NULL || strcmp(other, v->image) != 0))
			vcard_take_image(v, other);
	}
	card_power_on(v->card);
}

void
vcard_send_answer(struct vcard *v)
{
	v->pending = false;
	note_exchange(v, NULL);
	if (vpcd_send(v->fd, v->answer.data, v->answer.len) == -1)
		vcard_pull(v);
}

static void
command(struct vcard *v)
{
	struct span c = span_of(v->command.data, v->command.len);
	unsigned long wait;

	v->apdus++;
	v->all++;
	if (faults_pulls(&v->faults, v->apdus)) {
		note_exchange(v, "PULLED");
		v->wanted = false;
		vcard_pull(v);
		return;
	}
	if (faults_bounces(&v->faults, v->apdus)) {
		note_exchange(v, "BOUNCED");
		bounce(v);
		return;
	}
	if (faults_mutes(&v->faults, v->apdus, c)) {
		note_exchange(v, "MUTE");
		return;
	}
	v->verifies += strcmp(apdu_name(c), "VERIFY") == 0;
	card_answer(v->card, c, &v->answer);
	if (v->image && v->card->store->dirty)
		store_save(v->card->store, v->image);
	faults_spoil(&v->faults, v->apdus, &v->answer);
	wait = v->delay + faults_delay(&v->faults, v->apdus);
	v->pending = true;
	v->due = vcard_now() + wait;
	if (wait == 0)
		vcard_send_answer(v);
}

void
vcard_frame(struct vcard *v)
{
	const struct store *s = v->card->store;
	const struct buf *c = &v->command;

	if (vpcd_receive(v->fd, &v->command) == -1) {
		vcard_pull(v);
		return;
	}
	if (c->len != 1)
		command(v);
	else if (c->data[0] != VPCD_ATR)
		power(v, c->data[0]);
	else if (vpcd_send(v->fd, s->atr, s->atr_len) == -1)
		vcard_pull(v);
}
