/*
 * The contract of okienko-extract's socket.  What comes in is trusted nowhere:
 * each field has a type and a bound.  No state; any thread.
 *
 * helper -> desk
 *   {"ev":"hello","version":1}
 *   {"ev":"scrap","scrap":{...}}
 *   {"ev":"problem","err":{...}}
 *   {"ev":"password","name":"...","again":bool}       waits for its answer
 *   {"ev":"end"}                                      nothing follows
 * desk -> helper
 *   {"req":"read","name":"..."}                       once, at the beginning
 *   {"req":"password","given":bool}                   then a secret frame if so
 */
#ifndef EXTRACT_PROTO_H
#define EXTRACT_PROTO_H

#include <jansson.h>

#include "extract/scrap.h"

#define EXTRACT_VERSION	1

enum extract_ev { EX_HELLO, EX_SCRAP, EX_PROBLEM, EX_PASSWORD, EX_END };

/* One event; only the fields of its kind are set. */
struct extract_event {
	enum extract_ev	 ev;
	unsigned	 version;	/* hello */
	struct scrap	*scrap;		/* scrap */
	struct err	 err;		/* problem */
	char		*name;		/* password */
	bool		 again;
};

json_t	*extract_event_to_json(const struct extract_event *);
int	 extract_event_from_json(const json_t *, struct extract_event *,
	    struct err *);
void	 extract_event_clear(struct extract_event *);

enum extract_req { EX_READ, EX_ANSWER };

struct extract_request {
	enum extract_req req;
	char		*name;		/* read */
	bool		 given;		/* password */
};

json_t	*extract_request_to_json(const struct extract_request *);
int	 extract_request_from_json(const json_t *, struct extract_request *,
	    struct err *);
void	 extract_request_clear(struct extract_request *);

/* Both ways; scrap_from_json trusts nothing. */
json_t	*scrap_to_json(const struct scrap *);
int	 scrap_from_json(const json_t *, struct scrap **, struct err *);

#endif
