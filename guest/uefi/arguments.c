/* The command line for the kernel; see arguments.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"

#include <stdbool.h>

#include <efilib.h>

static const CHAR16 file_name[] = L"cmdline.txt";

static bool is_printable(unsigned character)
{
    return character >= ' ' && character <= '~';
}

static bool is_space(unsigned character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

/* The shell's options begin with the program's own name, those of a boot entry do not. */
static size_t skip_program_name(const CHAR16 *options, size_t length)
{
    static const char suffix[] = ".efi";
    const size_t suffix_length = sizeof suffix - 1;
    size_t end = 0;
    while (end < length && !is_space(options[end]))
        end++;
    if (end < suffix_length)
        return 0;
    for (size_t i = 0; i < suffix_length; i++)
        if ((options[end - suffix_length + i] | 0x20) != (suffix[i] | 0x20))
            return 0;
    return end;
}

/* false where there is no text: some firmware puts binary data of its own in the options. */
static bool read_load_options(const EFI_LOADED_IMAGE *loader, char *text, size_t size)
{
    const CHAR16 *options = loader->LoadOptions;
    size_t length = 0, used = 0, limit = loader->LoadOptionsSize / sizeof *options;
    bool blank = true;

    for (; options && length < limit && options[length] != 0; length++)
        if (!is_printable(options[length]) && !is_space(options[length]))
            return false;
    for (size_t i = skip_program_name(options, length); i < length && used + 1 < size; i++) {
        blank = blank && is_space(options[i]);
        text[used++] = is_space(options[i]) ? ' ' : (char)options[i];
    }
    text[used] = '\0';
    return !blank;
}

/* The name of the file in the loader's own folder, to be freed; NULL when memory is short. */
static CHAR16 *file_beside(EFI_LOADED_IMAGE *loader)
{
    CHAR16 *path = loader->FilePath ? DevicePathToStr(loader->FilePath) : NULL;
    size_t folder = 0;
    for (size_t i = 0; path && path[i] != 0; i++)
        if (path[i] == '\\')
            folder = i + 1;
    CHAR16 *name = AllocateZeroPool((folder * sizeof *name) + sizeof file_name);
    if (name && folder)
        CopyMem(name, path, folder * sizeof *name);
    if (name)
        CopyMem(name + folder, file_name, sizeof file_name);
    if (path)
        FreePool(path);
    return name;
}

static void read_file(EFI_LOADED_IMAGE *loader, char *text, size_t size)
{
    EFI_FILE_HANDLE root = loader->DeviceHandle ? LibOpenRoot(loader->DeviceHandle) : NULL;
    CHAR16 *name = root ? file_beside(loader) : NULL;
    EFI_FILE_HANDLE file;
    UINTN length = size - 1;

    text[0] = '\0';
    if (name && !EFI_ERROR(root->Open(root, &file, name, EFI_FILE_MODE_READ, 0))) {
        if (EFI_ERROR(file->Read(file, &length, text)))
            length = 0;
        text[length] = '\0';
        for (size_t i = 0; i < length; i++)
            if (!is_printable((unsigned char)text[i]))
                text[i] = ' ';
        file->Close(file);
    }
    if (name)
        FreePool(name);
    if (root)
        root->Close(root);
}

void arguments_read(EFI_LOADED_IMAGE *loader, char *text, size_t size)
{
    if (!read_load_options(loader, text, size))
        read_file(loader, text, size);
}
