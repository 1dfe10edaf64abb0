#include "config.h"

#include <pthread.h>

#include "answers/chain.h"
#include "base/file.h"
#include "registry/find.h"
#include "registry/service.h"
#include "renewal/renewal.h"
#include "renewal/run.h"
#include "revocation/case.h"
#include "revocation/rounds.h"
#include "tests/tui/hold.h"

static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t	 change = PTHREAD_COND_INITIALIZER;
static bool		 held, loading, still;

static void	(*round_changed)(void *);
static void	 *round_arg;

int	__real_case_answer(struct registry *, int64_t,
	    const struct case_answers *, int64_t, struct err *);
int	__wrap_case_answer(struct registry *, int64_t,
	    const struct case_answers *, int64_t, struct err *);
int	__real_finder_ask(struct finder *, struct registry *, const char *,
	    const struct find_options *, struct find_answer **, struct err *);
int	__wrap_finder_ask(struct finder *, struct registry *, const char *,
	    const struct find_options *, struct find_answer **, struct err *);
int	__real_case_note(struct registry *, int64_t, const char *, int64_t,
	    struct err *);
int	__wrap_case_note(struct registry *, int64_t, const char *, int64_t,
	    struct err *);
int	__real_chain_run(enum chain_id, struct gathered *,
	    const struct chain_told *, const atomic_bool *, chain_fn *,
	    void *, struct chain_report *, struct err *);
int	__wrap_chain_run(enum chain_id, struct gathered *,
	    const struct chain_told *, const atomic_bool *, chain_fn *,
	    void *, struct chain_report *, struct err *);
char	*__real_chain_text(const struct chain_report *, int64_t);
char	*__wrap_chain_text(const struct chain_report *, int64_t);
int	__real_file_read(const char *, const char *, struct buf *,
	    struct err *);
int	__wrap_file_read(const char *, const char *, struct buf *,
	    struct err *);
int	__real_renewal_run(const struct renewal_run *, int64_t,
	    enum renewal_end *, int64_t *, struct err *);
int	__wrap_renewal_run(const struct renewal_run *, int64_t,
	    enum renewal_end *, int64_t *, struct err *);
int	__real_renewal_stop(struct registry *, int64_t, const char *, int64_t,
	    struct err *);
int	__wrap_renewal_stop(struct registry *, int64_t, const char *, int64_t,
	    struct err *);
int	__real_finder_load(struct finder *, struct registry *,
	    const atomic_bool *, struct err *);
int	__wrap_finder_load(struct finder *, struct registry *,
	    const atomic_bool *, struct err *);
void	__real_service_free(struct service *);
void	__wrap_service_free(struct service *);
struct rounds *__real_rounds_new(struct loop *, const char *, const char *,
	    const struct net_options *, const struct authorities *,
	    void (*)(void *), void *);
struct rounds *__wrap_rounds_new(struct loop *, const char *, const char *,
	    const struct net_options *, const struct authorities *,
	    void (*)(void *), void *);

static void
wait_here(void)
{
	pthread_mutex_lock(&lock);
	while (held)
		pthread_cond_wait(&change, &lock);
	pthread_mutex_unlock(&lock);
}

int
__wrap_case_answer(struct registry *reg, int64_t id,
    const struct case_answers *answers, int64_t at, struct err *err)
{
	wait_here();
	return __real_case_answer(reg, id, answers, at, err);
}

int
__wrap_finder_ask(struct finder *f, struct registry *reg, const char *line,
    const struct find_options *o, struct find_answer **answer, struct err *err)
{
	wait_here();
	return __real_finder_ask(f, reg, line, o, answer, err);
}

int
__wrap_case_note(struct registry *reg, int64_t id, const char *text,
    int64_t now, struct err *err)
{
	wait_here();
	return __real_case_note(reg, id, text, now, err);
}

int
__wrap_finder_load(struct finder *f, struct registry *reg,
    const atomic_bool *cancel, struct err *err)
{
	pthread_mutex_lock(&lock);
	while (loading)
		pthread_cond_wait(&change, &lock);
	pthread_mutex_unlock(&lock);
	return __real_finder_load(f, reg, cancel, err);
}

int
__wrap_chain_run(enum chain_id id, struct gathered *g,
    const struct chain_told *told, const atomic_bool *cancel,
    chain_fn *fn, void *arg, struct chain_report *r, struct err *err)
{
	pthread_mutex_lock(&lock);
	while (still)
		pthread_cond_wait(&change, &lock);
	pthread_mutex_unlock(&lock);
	return __real_chain_run(id, g, told, cancel, fn, arg, r, err);
}

char *
__wrap_chain_text(const struct chain_report *r, int64_t at)
{
	wait_here();
	return __real_chain_text(r, at);
}

int
__wrap_file_read(const char *path, const char *name, struct buf *out,
    struct err *err)
{
	wait_here();
	return __real_file_read(path, name, out, err);
}

int
__wrap_renewal_run(const struct renewal_run *run, int64_t id,
    enum renewal_end *end, int64_t *next, struct err *err)
{
	wait_here();
	return __real_renewal_run(run, id, end, next, err);
}

int
__wrap_renewal_stop(struct registry *reg, int64_t id, const char *why,
    int64_t now, struct err *err)
{
	wait_here();
	return __real_renewal_stop(reg, id, why, now, err);
}

/* Nobody could say any more that they come. */
void
__wrap_service_free(struct service *s)
{
	hold_answers(false);
	__real_service_free(s);
}

struct rounds *
__wrap_rounds_new(struct loop *loop, const char *path, const char *point,
    const struct net_options *net, const struct authorities *a,
    void (*changed)(void *), void *arg)
{
	round_changed = changed;
	round_arg = arg;
	return __real_rounds_new(loop, path, point, net, a, changed, arg);
}

void
hold_answers(bool hold)
{
	pthread_mutex_lock(&lock);
	held = hold;
	loading = loading && hold;
	pthread_cond_broadcast(&change);
	pthread_mutex_unlock(&lock);
}

void
hold_looks(bool hold)
{
	pthread_mutex_lock(&lock);
	still = hold;
	pthread_cond_broadcast(&change);
	pthread_mutex_unlock(&lock);
}

void
hold_loading(void)
{
	loading = true;
}

void
hold_round(void)
{
	if (round_changed != NULL)
		round_changed(round_arg);
}
