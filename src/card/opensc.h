/*
 * OpenSC tuned for this process alone: our table says which driver an ATR
 * wants, so that no other is tried on the card, public files are cached in a
 * folder of this session's, which is wiped when the session ends, and what
 * would be asked twice is asked through a lens (lens.h).  It keeps no PIN but
 * where it could not write to a card without, from login to logout.  Module
 * processes only, but for opensc_wipe_session.
 */
#ifndef CARD_OPENSC_H
#define CARD_OPENSC_H

/*
 * Before a module is loaded: when it is OpenSC's by its name, write the
 * configuration and point OPENSC_CONF to it.  Whatever fails is logged, and
 * OpenSC then reads cards as it always does.
 */
void		 opensc_prepare(const char *module);

/* What a card is to be opened for. */
enum opensc_task {
	OPENSC_READ,
	OPENSC_WRITE,
	OPENSC_REMOVE,
	OPENSC_WRITE_CERT	/* and nothing of the keys */
};

/* Between p11_stop and p11_start. */
void		 opensc_task(enum opensc_task);

/* The folder of cached files; NULL when OpenSC has not been prepared. Static. */
const char	*opensc_cache(void);

/* Remove the session's folder. */
void		 opensc_wipe(void);

/*
 * The supervisor's last act, when its module processes are gone: the folder of
 * its session, which a module process that was killed could not wipe.
 */
void		 opensc_wipe_session(void);

#endif
