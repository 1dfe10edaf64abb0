/*
 * Where the program's own files are.  A file that lies beside the executable
 * wins (the build tree), else the installed place: so a fresh build runs as it
 * is, and an installed one cannot be led astray, since whoever writes beside it
 * owns it anyway.  Paths are made once and static.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

const char	*paths_card_helper(void);	/* okienko-card */
const char	*paths_card_lens(void);		/* okienko-lens.so */
const char	*paths_extract_helper(void);	/* okienko-extract */
const char	*paths_net_helper(void);	/* okienko-net */
const char	*paths_print_helper(void);	/* okienko-print */
const char	*paths_locale(void);		/* folder of the catalogues */
const char	*paths_models(void);		/* card models: folder of *.conf */
const char	*paths_questions(void);	/* the list of questions, our own */
const char	*paths_conf(void);		/* /etc/okienko/okienko.conf */

/*
 * The registry: /var/lib/okienko/registry.db where that folder has been set up
 * for us to write in (one registry shared by a machine's accounts), else the
 * account's own, $XDG_DATA_HOME/okienko or ~/.local/share/okienko.
 */
const char	*paths_registry(void);

/*
 * Where revocation lists are kept to be asked again: /var/cache/okienko where
 * that has been set up for us to write in, else $XDG_CACHE_HOME/okienko or
 * ~/.cache/okienko, made 0700 if need be.  NULL and errno.
 */
const char	*paths_cache(void);

/*
 * The files of an agent's session: files-UID beside the registry's usual place,
 * made 0700 if need be.  NULL and errno.
 */
const char	*paths_session(void);

/*
 * Where the kiosk's desk reaches a card process that is a service of its own; NULL
 * where this account has none, and starts one itself.
 */
const char	*paths_card_service(void);

/*
 * Where an agent's own card service is to be found, at the other end of SSH:
 * okienko-pcscd in $XDG_RUNTIME_DIR or /run/user/UID.  It may not be there.
 */
const char	*paths_forwarded_pcsc(void);

/*
 * The user's own runtime folder, made 0700 if need be ($XDG_RUNTIME_DIR/okienko
 * when it is ours alone, else /tmp/okienko-UID, else a fresh folder under /tmp).  NULL and errno.
 */
const char	*paths_runtime(void);

/*
 * At a process's end: a fresh folder goes again if it is empty.  One that is found
 * by others stays, since one of them may be about to use it.
 */
void		 paths_runtime_leave(void);

#endif
