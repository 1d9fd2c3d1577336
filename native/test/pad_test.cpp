#include "buffers.h"
#include "check.h"

struct Sizes {
    int64_t outer;
    int64_t before;
    int64_t extent;
    int64_t after;
    int64_t bytes;
};

static const Sizes sizes_of_rows[] = {{1, 0, 1, 0, 1},     {3, 2, 5, 1, 2},     {7, 1, 0, 2, 4},
                                      {50, 16, 32, 16, 4}, {1000, 1, 56, 1, 4}, {1, 1000, 3, 5000, 8},
                                      {2, 3, 20000, 0, 2}, {4, 0, 6, 0, 4096}};

TEST(zeros_stand_before_and_after_every_row)
{
    for (const Sizes &s : sizes_of_rows) {
        const int64_t places = s.before + s.extent + s.after;
        std::vector<uint8_t> src(static_cast<size_t>(s.outer * s.extent * s.bytes));
        for (size_t i = 0; i < src.size(); ++i) {
            src[i] = static_cast<uint8_t>(i % 251 + 1);
        }
        for_every_setting([&] {
            const int64_t bytes = s.outer * places * s.bytes;
            std::vector<uint8_t> dst(static_cast<size_t>(bytes) + 2, 0xAB);
            CHECK_EQUAL(gatun_pad(s.outer, s.before, s.extent, s.after, s.bytes, src.data(), dst.data() + 1),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t i = 0; i < bytes; ++i) {
                const int64_t row = i / (places * s.bytes);
                const int64_t place = i / s.bytes % places - s.before;
                const bool inside = place >= 0 && place < s.extent;
                const uint8_t expected =
                    inside ? src[static_cast<size_t>((row * s.extent + place) * s.bytes + i % s.bytes)] : 0;
                wrong += dst[static_cast<size_t>(i + 1)] == expected ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
            CHECK(dst.front() == 0xAB && dst.back() == 0xAB);
        });
    }
}

TEST(bad_arguments_are_refused)
{
    char x = 1;
    CHECK_EQUAL(gatun_pad(-1, 0, 1, 0, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, -1, 1, 0, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, 0, -1, 0, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, 0, 1, -1, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, 0, 1, 0, -1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, INT64_MAX, 1, 0, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(INT64_MAX / 2, 1, 1, 1, 1, &x, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_pad(1, 0, 1, 0, 1, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_pad(1, 0, 1, 0, 1, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_pad(0, 1, 1, 1, 1, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(x == 1);
}
