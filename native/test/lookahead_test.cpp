#include "buffers.h"
#include "check.h"

TEST(each_element_follows_the_definition)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            check_same_bits([&] {
                Buffer fast(size, offset), slow(size, offset);
                fast.fill(1.0f, 1);
                slow.fill(2.0f, 2);
                for (int64_t i = 5; i < size; i += 7) {
                    slow[i] = 1e-40f;  // a denormal
                    fast[i] = 3e-40f;
                }
                std::vector<float> expected;
                for (int64_t i = 0; i < size; ++i) {
                    expected.push_back(slow[i] + 0.25f * (fast[i] - slow[i]));
                }
                CHECK_EQUAL(gatun_lookahead(size, 0.25, fast.data(), slow.data()), GATUN_SUCCESS);
                CHECK(slow.copy() == expected && fast.copy() == expected);
                return expected;
            });
        }
    }
}

TEST(the_ends_of_the_rate_keep_one_side_and_nan_stays)
{
    float fast[2] = {3.0f, NAN}, slow[2] = {1.0f, 1.0f};
    CHECK_EQUAL(gatun_lookahead(2, 0.0, fast, slow), GATUN_SUCCESS);
    CHECK(fast[0] == 1.0f && slow[0] == 1.0f && isnan(fast[1]) && isnan(slow[1]));
    fast[0] = 3.0f;
    CHECK_EQUAL(gatun_lookahead(1, 1.0, fast, slow), GATUN_SUCCESS);
    CHECK(fast[0] == 3.0f && slow[0] == 3.0f);
}

TEST(bad_arguments_are_refused)
{
    float fast = 1.0f, slow = 2.0f;
    CHECK_EQUAL(gatun_lookahead(-1, 0.5, &fast, &slow), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_lookahead(1, 0.5, nullptr, &slow), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_lookahead(1, 0.5, &fast, nullptr), GATUN_NULL_POINTER);
    for (const double rate : {-0.1, 1.1, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
        CHECK_EQUAL(gatun_lookahead(1, rate, &fast, &slow), GATUN_INVALID_VALUE);
    }
    CHECK_EQUAL(gatun_lookahead(0, 0.5, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(fast == 1.0f && slow == 2.0f);
}
