#include <float.h>

#include "buffers.h"
#include "check.h"

static int64_t find(Buffer &buffer)
{
    int64_t first = -2;
    CHECK_EQUAL(gatun_find_non_finite(buffer.size(), buffer.data(), &first), GATUN_SUCCESS);
    return first;
}

TEST(finite_numbers_are_passed_over)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            Buffer buffer(size, offset);
            buffer.fill(FLT_MAX, 1);
            for (int64_t i = 0; i < size; i += 5) {
                buffer[i] = i % 2 == 0 ? -FLT_MAX : FLT_TRUE_MIN;
            }
            for_every_setting([&] { CHECK_EQUAL(find(buffer), -1); });
        }
    }
}

TEST(the_first_is_found_wherever_it_is)
{
    for (const int64_t size : sizes) {
        for (const int64_t place : {int64_t{0}, size / 3, size / 2, size - 1}) {
            if (place < 0 || place >= size) {
                continue;
            }
            for (const float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
                Buffer buffer(size, 1);
                buffer.fill(1.0f, 1);
                buffer[size - 1] = NAN;
                buffer[place] = bad;
                for_every_setting([&] { CHECK_EQUAL(find(buffer), place); });
            }
        }
    }
}

TEST(bad_arguments_are_refused)
{
    const float x = NAN;
    int64_t first = 7;
    CHECK_EQUAL(gatun_find_non_finite(-1, &x, &first), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_find_non_finite(1, nullptr, &first), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_find_non_finite(1, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(first, 7);
}
