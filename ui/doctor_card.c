/* Doctor's checks of what lies between the desk and a card. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/paths.h"
#include "ui/card_out.h"
#include "ui/doctor.h"

/* Whether the service has answered for good or ill; if not, say so. */
static bool
service_known(struct doctor *d)
{
	if (doctor_world(d)->pcsc != PCSC_STARTING)
		return true;
	doctor_tell(d, HEALTH_UNKNOWN, "", "%s",
	    _("the card service has not been reached yet"));
	return false;
}

static const char *
socket_name(const struct doctor *d)
{
	const char	*name = doctor_world(d)->pcsc_socket;

	return name != NULL && name[0] != '\0' ? name : _("its usual socket");
}

void
doctor_helper(struct doctor *d)
{
	const char		*path = paths_card_helper();
	const struct card_world	*world = doctor_world(d);

	if (access(path, X_OK) == -1) {
		doctor_tell(d, HEALTH_WRONG, _("Install okienko again."),
		    _("the card process %s cannot be started: %s"), path,
		    strerrordesc_np(errno));
		return;
	}
	if (world->helper_err.code != ERR_NONE)
		doctor_tell_err(d, HEALTH_WRONG, &world->helper_err);
	else if (doctor_gave_up(d))
		doctor_tell(d, HEALTH_WARNING,
		    _("See below what it waits for."), "%s",
		    _("the card process runs, but did not finish looking"));
	else
		doctor_tell(d, HEALTH_OK, "", _("%s runs"), path);
}

void
doctor_service(struct doctor *d)
{
	const struct card_world	*world = doctor_world(d);
	struct stat		 st;

	if (!service_known(d))
		return;
	if (world->pcsc == PCSC_UP || world->pcsc_err.code == ERR_PCSC_REFUSED) {
		doctor_tell(d, HEALTH_OK, "", _("pcscd answers at %s"),
		    socket_name(d));
		return;
	}
	if (world->pcsc_socket != NULL && world->pcsc_socket[0] == '/' &&
	    stat(world->pcsc_socket, &st) == -1 && errno == ENOENT)
		doctor_tell(d, HEALTH_WRONG,
		    _("Install pcscd, or start its socket: systemctl start pcscd.socket."),
		    _("the socket %s is not there (%s)"), world->pcsc_socket,
		    err_id(world->pcsc_err.code));
	else
		doctor_tell_err(d, HEALTH_WRONG, &world->pcsc_err);
}

/* pcscd asks polkit whether this session may use readers and cards. */
void
doctor_access(struct doctor *d)
{
	const struct card_world	*world = doctor_world(d);

	if (!service_known(d))
		return;
	if (world->pcsc == PCSC_UP)
		doctor_tell(d, HEALTH_OK, "", "%s",
		    _("this session may use card readers"));
	else if (world->pcsc_err.code == ERR_PCSC_REFUSED)
		doctor_tell_err(d, HEALTH_WRONG, &world->pcsc_err);
	else
		doctor_tell(d, HEALTH_UNKNOWN, "", "%s",
		    _("without the card service nobody can be asked"));
}

void
doctor_modules(struct doctor *d)
{
	const struct card_world		*world = doctor_world(d);
	const struct module_view	*m;
	struct err			 none = ERR_INIT;

	if (world->nmodules == 0) {
		err_set(&none, ERR_NO_MODULE, NULL, NULL);
		doctor_tell_err(d, doctor_gave_up(d) ? HEALTH_UNKNOWN :
		    HEALTH_WRONG, &none);
	}
	for (m = world->modules; m < world->modules + world->nmodules; m++)
		switch (m->state) {
		case MODULE_READY:
			doctor_tell(d, HEALTH_OK, "", _("%s is ready"),
			    m->path);
			break;
		case MODULE_STARTING:
			doctor_tell(d, HEALTH_UNKNOWN, "",
			    _("%s has not finished starting"), m->path);
			break;
		case MODULE_STOPPED:
			doctor_tell_err(d, HEALTH_WRONG, &m->err);
			break;
		}
}

void
doctor_readers(struct doctor *d)
{
	const struct card_world	*world = doctor_world(d);
	struct err		 none = ERR_INIT;
	size_t			 i, readers = 0;

	if (world->pcsc != PCSC_UP) {
		doctor_tell(d, HEALTH_UNKNOWN, "", "%s",
		    _("without the card service no reader can be seen"));
		return;
	}
	for (i = 0; i < world->ncards; i++)
		if (world->cards[i]->reader[0] != '\0') {
			readers++;
			doctor_tell(d, HEALTH_OK, "", "%s%s",
			    world->cards[i]->reader,
			    world->cards[i]->reader_pinpad ?
			    _(" · own keypad") : "");
		}
	if (readers == 0) {
		err_set(&none, ERR_NO_READER, NULL, NULL);
		doctor_tell_err(d, HEALTH_WARNING, &none);
	}
}

void
doctor_cards(struct doctor *d)
{
	const struct card_world	*world = doctor_world(d);
	const struct card	*card;
	size_t			 i, j, cards = 0;

	for (i = 0; i < world->ncards; i++) {
		card = world->cards[i];
		if (card->state == CARD_ABSENT)
			continue;
		cards++;
		if (card->state == CARD_FAILED)
			doctor_tell_err(d, HEALTH_WRONG, &card->err);
		for (j = 0; j < card->nproblems; j++)
			doctor_tell_err(d, HEALTH_WARNING, &card->problems[j]);
		if (card->state == CARD_READING)
			doctor_tell(d, HEALTH_UNKNOWN, "",
			    _("%s: still being read"), card_place(card));
		else if (card->state == CARD_READY && card->nproblems == 0)
			doctor_tell(d, HEALTH_OK, "", P_(
			    "%s: %s, %zu certificate",
			    "%s: %s, %zu certificates", card->ncerts),
			    card_place(card), card_title(card), card->ncerts);
	}
	if (cards == 0)
		doctor_tell(d, HEALTH_UNKNOWN,
		    _("Put a card in and run doctor again."), "%s",
		    _("no card is in a reader"));
}
