// A test program's harness: TEST cases run in order, CHECK_* say where and with what they failed, main returns how it
// went. Included once per program; one with more to do defines GATUN_TEST_OWN_MAIN first and calls check::run().
#ifndef GATUN_TEST_CHECK_H
#define GATUN_TEST_CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gatun.h"

namespace check {

inline int failures = 0;
inline const char *test = "";

struct Case {
    const char *name;
    void (*body)();
    Case *next;
};

inline Case *first_case = nullptr;
inline Case **last_case = &first_case;

struct Registration {
    Case entry;

    Registration(const char *name, void (*body)()) : entry{name, body, nullptr}
    {
        *last_case = &entry;
        last_case = &entry.next;
    }
};

inline void that(bool good, const char *file, int line, const char *text)
{
    if (!good) {
        ++failures;
        fprintf(stderr, "%s:%d: %s: not true: %s\n", file, line, test, text);
    }
}

inline void equal(int64_t actual, int64_t expected, const char *file, int line, const char *text)
{
    if (actual != expected) {
        ++failures;
        fprintf(stderr, "%s:%d: %s: %s is %lld, expected %lld\n", file, line, test, text,
                static_cast<long long>(actual), static_cast<long long>(expected));
    }
}

// |actual - expected| <= error; a NaN fails.
inline void near(double actual, double expected, double error, const char *file, int line, const char *text)
{
    if (!(fabs(actual - expected) <= error)) {
        ++failures;
        fprintf(stderr, "%s:%d: %s: %s is %.12g, expected %.12g within %g\n", file, line, test, text, actual,
                expected, error);
    }
}

// How many f32 apart: the absolute error in units of the expected value's last place.
inline double ulps(float actual, double expected)
{
    const float rounded = static_cast<float>(expected);
    const double unit = static_cast<double>(nextafterf(fabsf(rounded), INFINITY) - fabsf(rounded));
    return fabs(static_cast<double>(actual) - expected) / unit;
}

inline bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

// Runs every case: the exit status.
inline int run()
{
    for (const Case *entry = first_case; entry != nullptr; entry = entry->next) {
        test = entry->name;
        entry->body();
    }
    if (failures > 0) {
        fprintf(stderr, "%d checks failed\n", failures);
        return 1;
    }
    return 0;
}

}  // namespace check

#define TEST(name)                                                       \
    static void name();                                                  \
    static check::Registration name##_registration(#name, name);         \
    static void name()

#define CHECK(condition) check::that(condition, __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(actual, expected) check::equal(actual, expected, __FILE__, __LINE__, #actual)
#define CHECK_NEAR(actual, expected, error) check::near(actual, expected, error, __FILE__, __LINE__, #actual)
#define CHECK_ULPS(actual, expected, limit) CHECK_NEAR(check::ulps(actual, expected), 0.0, limit)

#if !defined(GATUN_TEST_OWN_MAIN)
int main()
{
    return check::run();
}
#endif

#endif
