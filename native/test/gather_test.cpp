#include "buffers.h"
#include "check.h"

struct Sizes {
    int64_t outer;
    int64_t rows;
    int64_t inner;
    int64_t count;
};

// The last is large enough for every thread.
static const Sizes every_size[] = {{1, 5, 1, 7}, {2, 3, 5, 4}, {3, 1, 17, 2}, {1, 900, 64, 1200}};

static void fill(int32_t *indices, const Sizes &sizes)
{
    for (int64_t i = 0; i < sizes.count; ++i) {
        indices[i] = static_cast<int32_t>(i * i % sizes.rows);
    }
}

TEST(rows_are_gathered)
{
    for (const Sizes &s : every_size) {
        for_every_setting([&] {
            Buffer src(s.outer * s.rows * s.inner), dst(s.outer * s.count * s.inner);
            int32_t indices[1200];
            fill(indices, s);
            src.fill(1.0f, 1);
            CHECK_EQUAL(gatun_gather(s.outer, s.rows, s.inner, s.count, src.data(), indices, dst.data()),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t at = 0; at < s.outer * s.count * s.inner; ++at) {
                const int64_t row = at / s.inner;
                const int64_t from =
                    (row / s.count * s.rows + indices[row % s.count]) * s.inner + at % s.inner;
                wrong += check::same_bits(dst[at], src[from]) ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

TEST(rows_are_added_in_the_order_of_their_indices)
{
    for (const Sizes &s : every_size) {
        for (const int64_t skipped : {int64_t{-1}, int64_t{0}}) {
            for_every_setting([&] {
                Buffer diff(s.outer * s.count * s.inner), dst(s.outer * s.rows * s.inner);
                Buffer expected(s.outer * s.rows * s.inner);
                int32_t indices[1200];
                fill(indices, s);
                diff.fill(1.0f, 1);
                expected.fill_constant(0.0f);
                dst.fill_constant(7.0f);
                CHECK_EQUAL(gatun_scatter_add(s.outer, s.rows, s.inner, s.count, skipped, diff.data(), indices,
                                              dst.data()),
                            GATUN_SUCCESS);
                for (int64_t at = 0; at < s.outer * s.count * s.inner; ++at) {
                    const int64_t row = at / s.inner;
                    const int64_t index = indices[row % s.count];
                    if (index != skipped) {
                        expected[(row / s.count * s.rows + index) * s.inner + at % s.inner] += diff[at];
                    }
                }
                int64_t wrong = 0;
                for (int64_t at = 0; at < s.outer * s.rows * s.inner; ++at) {
                    wrong += check::same_bits(dst[at], expected[at]) ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
            });
        }
    }
}

TEST(an_index_outside_writes_nothing)
{
    Buffer src(6), dst(4);
    src.fill(1.0f, 1);
    dst.fill_constant(7.0f);
    for (const int32_t bad : {-1, 3}) {
        const int32_t indices[2] = {0, bad};
        CHECK_EQUAL(gatun_gather(1, 3, 2, 2, src.data(), indices, dst.data()), GATUN_INVALID_INDEX);
        CHECK_EQUAL(gatun_scatter_add(1, 3, 2, 2, -1, dst.data(), indices, src.data()), GATUN_INVALID_INDEX);
        CHECK(dst[0] == 7.0f && dst[3] == 7.0f);
    }
    CHECK_EQUAL(gatun_gather(1, 3, 2, -1, src.data(), nullptr, dst.data()), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_gather(1, 3, 2, 1, src.data(), nullptr, dst.data()), GATUN_NULL_POINTER);
}
