#include "check.h"

TEST(the_library_is_of_this_header)
{
    CHECK_EQUAL(gatun_abi_version(), GATUN_ABI_VERSION);
    CHECK_EQUAL(gatun_nothing(), GATUN_SUCCESS);
}

TEST(every_status_has_its_name)
{
    const char *const names[] = {"GATUN_SUCCESS",       "GATUN_NULL_POINTER",  "GATUN_INVALID_SIZE",
                                 "GATUN_INVALID_VALUE", "GATUN_INVALID_LABEL", "GATUN_UNSUPPORTED"};
    for (int32_t status = GATUN_SUCCESS; status <= GATUN_UNSUPPORTED; ++status) {
        CHECK(strcmp(gatun_status_name(status), names[status]) == 0);
    }
    CHECK(strcmp(gatun_status_name(-1), "unknown status") == 0);
    CHECK(strcmp(gatun_status_name(6), "unknown status") == 0);
}

TEST(instruction_sets_are_capped_at_what_the_processor_has)
{
    const int32_t best = gatun_get_isa();
    CHECK(best >= GATUN_ISA_PLAIN && best <= GATUN_ISA_AVX512);
    for (int32_t isa = GATUN_ISA_PLAIN; isa <= GATUN_ISA_AVX512; ++isa) {
        CHECK_EQUAL(gatun_set_isa(isa), isa <= best ? GATUN_SUCCESS : GATUN_UNSUPPORTED);
        CHECK_EQUAL(gatun_get_isa(), isa <= best ? isa : best);
    }
    CHECK_EQUAL(gatun_set_isa(-1), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_set_isa(3), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_get_isa(), best);
    CHECK(strcmp(gatun_isa_name(GATUN_ISA_PLAIN), "plain") == 0);
    CHECK(strcmp(gatun_isa_name(GATUN_ISA_AVX2), "avx2") == 0);
    CHECK(strcmp(gatun_isa_name(GATUN_ISA_AVX512), "avx512") == 0);
    CHECK(strcmp(gatun_isa_name(3), "unknown instruction set") == 0);
}

TEST(the_number_of_threads_is_what_was_set)
{
    CHECK_EQUAL(gatun_set_threads(3), GATUN_SUCCESS);
    CHECK_EQUAL(gatun_get_threads(), 3);
    CHECK_EQUAL(gatun_set_threads(0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_set_threads(-1), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_get_threads(), 3);
}
