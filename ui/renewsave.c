#include "config.h"

#include "ui/renewsave.h"

#include "cert/request.h"
#include "registry/renewals.h"
#include "ui/pageout.h"

int
renewsave(struct registry *reg, int64_t id, const char *path,
    struct err *err)
{
	struct buf der, pem;
	int rc;

	buf_init(&der, RENEWALS_PART_MAX);
	buf_init(&pem, RENEWALS_PART_MAX * 2);
	rc = renewals_part(reg, id, RENEWAL_REQUEST, &der, err);
	if (rc == 0)
		rc = err_set(err, ERR_NOT_A_REQUEST, path,
		    "the renewal has none yet, or no more");
	if (rc == 1) {
		request_pem(span_of(der.data, der.len), &pem);
		rc = pageout_save(path, &pem, err);
	}
	buf_clear(&der);
	buf_clear(&pem);
	return rc;
}
