/* Orders to a running card, as they come over its control socket. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/card/vcard.h"

#define SWAP_MS		1000	/* pcscd looks every 400 ms */

static const char *
order_pull(struct vcard *v, const char *arg)
{
	(void)arg;
	v->wanted = false;
	vcard_pull(v);
	return "ok";
}

static const char *
order_insert(struct vcard *v, const char *arg)
{
	if (v->fd != -1)
		return "error: it is in the reader";
	if (*arg && vcard_take_image(v, arg) == -1)
		return "error: no such image";
	v->wanted = true;
	return "ok";
}

/*
 * A reader that finds the old card gone and the new one there at the same
 * look takes them for one, so there is a pause between.
 */
static const char *
order_swap(struct vcard *v, const char *arg)
{
	if (access(arg, R_OK) == -1 || vcard_take_image(v, arg) == -1)
		return "error: no such image";
	vcard_pull(v);
	v->wanted = true;
	v->not_before = vcard_now() + SWAP_MS;
	return "ok";
}

static const char *
order_fault(struct vcard *v, const char *arg)
{
	return faults_add(&v->faults, arg) == -1 ? "error: no such fault" :
	    "ok";
}

static const char *
order_clear(struct vcard *v, const char *arg)
{
	(void)arg;
	faults_clear(&v->faults);
	return "ok";
}

static const char *
order_delay(struct vcard *v, const char *arg)
{
	v->delay = strtoul(arg, NULL, 10);
	return "ok";
}

/* Faults count their commands from here. */
static const char *
order_recount(struct vcard *v, const char *arg)
{
	(void)arg;
	v->apdus = v->power_ups = 0;
	return "ok";
}

static const char *
order_status(struct vcard *v, const char *arg)
{
	static char line[512];	/* answered before the next order is read */

	(void)arg;
	snprintf(line, sizeof(line), "in=%d wanted=%d type=%s apdus=%lu "
	    "all=%lu verifies=%lu image=%.300s", v->fd != -1, v->wanted,
	    v->card->type->name, v->apdus, v->all, v->verifies,
	    v->image ? v->image : "");
	return line;
}

static const struct {
	const char *name;
	const char *(*run)(struct vcard *, const char *arg);
} orders[] = {
	{ "clear", order_clear },
	{ "delay", order_delay },
	{ "fault", order_fault },
	{ "insert", order_insert },
	{ "pull", order_pull },
	{ "recount", order_recount },
	{ "status", order_status },
	{ "swap", order_swap },
};

const char *
vcard_obey(struct vcard *v, char *line)
{
	char *arg = line + strcspn(line, " ");

	if (*arg)
		*arg++ = '\0';
	if (strcmp(line, "quit") == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(orders[i].name, line) == 0)
			return orders[i].run(v, arg);
	return "error: no such order";
}
