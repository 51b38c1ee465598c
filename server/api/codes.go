package api

import "net/http"

// The error codes. Programs decide on them; titles and details are for people.
const (
	CodeMalformed           = "malformed"
	CodeBadParameter        = "bad_parameter"
	CodeBadCursor           = "bad_cursor"
	CodeUnauthorized        = "unauthorized"
	CodeForbidden           = "forbidden"
	CodeNotFound            = "not_found"
	CodeMethodNotAllowed    = "method_not_allowed"
	CodeTimeout             = "timeout"
	CodeDuplicateExternalID = "duplicate_external_id"
	CodeConflict            = "conflict"
	CodeInUse               = "in_use"
	CodeWrongState          = "wrong_state"
	CodeManaged             = "managed"
	CodeGone                = "gone"
	CodeStaleRevision       = "stale_revision"
	CodeTooLarge            = "too_large"
	CodeUnsupportedMedia    = "unsupported_media_type"
	CodeUnsupportedEncoding = "unsupported_encoding"
	CodeInvalid             = "validation_failed"
	CodeRefusedByRules      = "refused_by_rules"
	CodeIdempotencyReuse    = "idempotency_key_reused"
	CodeFilterTooSlow       = "filter_too_slow"
	CodeTooMany             = "too_many_requests"
	CodeHeadersTooLarge     = "headers_too_large"
	CodeInternal            = "internal"
	CodeUnavailable         = "unavailable"
	CodeNoSpace             = "no_space"
)

// Code is an error code with its HTTP status and its titles.
type Code struct {
	Name       string
	Status     int
	En, Ru, Uk string
}

// Title returns the title in a language: ru, uk, or English for any other.
func (c Code) Title(language string) string {
	switch language {
	case "ru":
		return c.Ru
	case "uk":
		return c.Uk
	}
	return c.En
}

// Codes is the one table of error codes, by status.
var Codes = []Code{
	{CodeMalformed, http.StatusBadRequest, "The request cannot be read", "Запрос не удалось прочитать", "Запит не вдалося прочитати"},
	{CodeBadParameter, http.StatusBadRequest, "Wrong parameters", "Неверные параметры", "Неправильні параметри"},
	{CodeBadCursor, http.StatusBadRequest, "The cursor is not of this list", "Курсор не от этого списка", "Курсор не від цього списку"},
	{CodeUnauthorized, http.StatusUnauthorized, "A valid token is needed", "Нужен действующий токен", "Потрібен дійсний токен"},
	{CodeForbidden, http.StatusForbidden, "The token lacks the right", "У токена нет нужного права", "Токен не має потрібного права"},
	{CodeNotFound, http.StatusNotFound, "Not found", "Не найдено", "Не знайдено"},
	{CodeMethodNotAllowed, http.StatusMethodNotAllowed, "The method is not allowed here", "Метод здесь не разрешён", "Метод тут не дозволено"},
	{CodeTimeout, http.StatusRequestTimeout, "The request took too long to arrive", "Запрос приходил слишком долго", "Запит надходив надто довго"},
	{CodeDuplicateExternalID, http.StatusConflict, "The external id is taken", "Внешний код уже занят", "Зовнішній код уже зайнято"},
	{CodeConflict, http.StatusConflict, "It was changed by someone else", "Объект изменён кем-то другим", "Об'єкт змінено кимось іншим"},
	{CodeInUse, http.StatusConflict, "It is in use", "Объект используется", "Об'єкт використовується"},
	{CodeWrongState, http.StatusConflict, "Not in its present state", "Не в нынешнем состоянии", "Не в теперішньому стані"},
	{CodeManaged, http.StatusConflict, "A file declares it", "Объект объявлен файлом", "Об'єкт оголошено файлом"},
	{CodeGone, http.StatusGone, "No longer kept", "Больше не хранится", "Більше не зберігається"},
	{CodeStaleRevision, http.StatusPreconditionFailed, "The client has changed since it was read", "Клиент изменился с момента чтения", "Клієнт змінився з моменту читання"},
	{CodeTooLarge, http.StatusRequestEntityTooLarge, "The request is too large", "Запрос слишком велик", "Запит завеликий"},
	{CodeUnsupportedMedia, http.StatusUnsupportedMediaType, "The media type is not accepted here", "Тип содержимого здесь не принимается", "Тип вмісту тут не приймається"},
	{CodeUnsupportedEncoding, http.StatusUnsupportedMediaType, "Compressed requests are not accepted", "Сжатые запросы не принимаются", "Стиснені запити не приймаються"},
	{CodeInvalid, http.StatusUnprocessableEntity, "The request is not valid", "Запрос не прошёл проверку", "Запит не пройшов перевірку"},
	{CodeRefusedByRules, http.StatusUnprocessableEntity, "Rules refuse this change", "Правила не допускают этого изменения", "Правила не допускають цієї зміни"},
	{CodeIdempotencyReuse, http.StatusUnprocessableEntity, "The idempotency key belongs to another request", "Ключ идемпотентности принадлежит другому запросу", "Ключ ідемпотентності належить іншому запиту"},
	{CodeFilterTooSlow, http.StatusUnprocessableEntity, "The filter takes too long", "Фильтр работает слишком долго", "Фільтр працює надто довго"},
	{CodeTooMany, http.StatusTooManyRequests, "Too many at once", "Слишком много одновременно", "Забагато одночасно"},
	{CodeHeadersTooLarge, http.StatusRequestHeaderFieldsTooLarge, "The address or the headers are too long", "Адрес или заголовки слишком длинные", "Адреса або заголовки задовгі"},
	{CodeInternal, http.StatusInternalServerError, "An error of the server", "Ошибка сервера", "Помилка сервера"},
	{CodeUnavailable, http.StatusServiceUnavailable, "Not ready", "Сервер не готов", "Сервер не готовий"},
	{CodeNoSpace, http.StatusInsufficientStorage, "No space left on the server's disk", "На диске сервера нет места", "На диску сервера немає місця"},
}

var codesByName = func() map[string]Code {
	m := make(map[string]Code, len(Codes))
	for _, c := range Codes {
		m[c.Name] = c
	}
	return m
}()

// CodeOf returns the code of that name; a name that is not in the table is an
// error of the server and gives CodeInternal.
func CodeOf(name string) Code {
	if c, ok := codesByName[name]; ok {
		return c
	}
	return codesByName[CodeInternal]
}
