/*
 * The words that stand for states in JSON, by enum value, NULL at the end:
 * what the *_id functions of card.h give and what the protocol reads back.
 */
#ifndef CARD_WORDS_H
#define CARD_WORDS_H

extern const char *const card_state_words[];
extern const char *const key_state_words[];
extern const char *const capacity_rule_words[];
extern const char *const known_by_words[];
extern const char *const module_state_words[];
extern const char *const pcsc_state_words[];
extern const char *const card_sign_by_words[];
extern const char *const card_hash_words[];
extern const char *const card_change_words[];
extern const char *const key_kind_words[];

#endif
