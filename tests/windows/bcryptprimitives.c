/* The one function of Windows' bcryptprimitives.dll that safetensors asks for, and wine 8 does not have. */
#include <windows.h>
#include <stdlib.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return SystemFunction036(data, (ULONG)length);
}
